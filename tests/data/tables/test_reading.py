"""Tables as people have them: what is read of each, whatever its name ends in."""

from __future__ import annotations

import gzip

import pytest

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.reading import Expected, read
from relxfer.data.tables.roles import Role
from relxfer.data.tables.table import Table
from relxfer.errors import BadRows, DataError

ROLES = (
    Role.of("head", "head subject source from"),
    Role.of("relation", "relation predicate type"),
    Role.of("tail", "tail object target to"),
)
PEOPLE = [f"Last{i}, First{i}" for i in range(20)]
LINKED = [(PEOPLE[i], verb, PEOPLE[(i * k + 1) % 20]) for i in range(20) for verb, k in (("knows", 1), ("hired", 7))]


@pytest.fixture
def table(tmp_path):
    def made(name: str, text: str | bytes, bad: BadRowList | None = None, **how) -> Table:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(path, Expected("facts", how.pop("roles", ROLES), **how), bad)

    return made


def rows_of(table: Table) -> list[list[str]]:
    return [table.row(row) for row in range(len(table))]


A_FACT = [["Rome", "is, in", "Italy"], ["Bonn", "is, in", "Germany"]]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'Rome, "is, in", Italy\nBonn, "is, in", Germany\n'),
        ("a.txt", 'Rome, "is, in", Italy\nBonn, "is, in", Germany\n'),
        ("a.tsv", 'Rome,"is, in",Italy\nBonn,"is, in",Germany\n'),
        ("a.csv", "Rome;is, in;Italy\nBonn;is, in;Germany\n"),
        ("a.csv", "Rome\tis, in\tItaly\nBonn\tis, in\tGermany\n"),
        ("a.tsv", "Rome\tis, in\tItaly\r\n\r\nBonn\tis, in\tGermany"),
        ("a.tsv", "Rome\tis, in\tItaly\rBonn\tis, in\tGermany\r"),
        ("a.dat", "Rome|is, in|Italy\nBonn|is, in|Germany\n"),
        ("a.dat", "Rome | is, in | Italy\nBonn | is, in | Germany\n"),
        ("a.txt", 'Rome  "is, in" Italy\nBonn "is, in" \t Germany\n'),
        ("a.csv", "Facts of mine,,\n\nhead,relation,tail\nRome,\"is, in\",Italy\nBonn,\"is, in\",Germany\n"),
        ("a.csv", "sep=;\nRome;is, in;Italy\nBonn;is, in;Germany\n"),
        ("a.csv", "\ufeffRome;is, in;Italy\nBonn;is, in;Germany\n"),
        ("a.csv", "Rome;is, in;Italy\nBonn;is, in;Germany\n".encode("utf-16")),
        ("a.csv", gzip.compress(b"Rome;is, in;Italy\nBonn;is, in;Germany\n", mtime=0)),
        ("a.tsv.gz", gzip.compress(b"Rome\tis, in\tItaly\nBonn\tis, in\tGermany\n", mtime=0)),
        ("a.tsv", "# by hand\n#\n\nRome\tis, in\tItaly\nBonn\tis, in\tGermany\n"),
        ("a.tsv", "2\nRome\tis, in\tItaly\nBonn\tis, in\tGermany\n"),
        ("a.csv", "Rome;is, in;Italy;\nBonn;is, in;Germany;\n;;;\n"),
        ("a.csv", "head,relation,tail\nRome,\"is, in\",Italy\nBonn,\"is, in\",Germany\n"),
        ("a.csv", ",head,relation,tail\n0,Rome,\"is, in\",Italy\n1,Bonn,\"is, in\",Germany\n"),
        ("a.tsv", "head\trelation\ttail\n1\tRome\tis, in\tItaly\n2\tBonn\tis, in\tGermany\n"),
        ("a.jsonl", '{"head": "Rome", "relation": "is, in", "tail": "Italy"}\n'
                    '{"tail": "Germany", "head": "Bonn", "relation": "is, in"}\n'),
    ],
)  # fmt: skip
def test_the_same_facts_in_every_form(table, name, text):
    assert rows_of(table(name, text)) == A_FACT


@pytest.mark.parametrize("separator", [";", "|", "\t"])
@pytest.mark.parametrize("comma", [", ", ","])
def test_a_comma_inside_names_separates_nothing(table, separator, comma):
    rows = [[cell.replace(", ", comma) for cell in row] for row in LINKED]
    found = table("a.csv", "".join(separator.join(row) + "\n" for row in rows))
    assert rows_of(found) == rows
    assert any("is separated by" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a;b;0,5\nc;d;0,7\na;d;0,9\n", ["a", "b", "0,5"]),
        ("a.png,red|round\nb.png,red|square\nc.png,blue|round\n", ["a.png", "red|round"]),
        ("New York,capital of,Big State\nLos Angeles,capital of,Big State\n", ["New York", "capital of", "Big State"]),
        ("1, 2\n3, 4\n", ["1", "2"]),
        ('5" disk,fits,PC\n3" disk,fits,Mac\n', ['5" disk', "fits", "PC"]),
        ('"Ada" Ltd,knows,Bob\nBob,knows,"Ada" Ltd\n', ['"Ada" Ltd', "knows", "Bob"]),
        ("one line without any mark\n", ["one", "line", "without", "any", "mark"]),
        ("Rome\ncity\n", ["Rome"]),
        ("a\tb c\td\n", ["a", "b c", "d"]),
        ("'=a,b\n", ["=a", "b"]),
        ("a\u2028b\tc\n", ["a\u2028b", "c"]),
    ],
)
def test_what_else_is_in_cells(table, text, first):
    assert table("a.csv", text).row(0) == first


def test_cells_of_any_length(table):
    long = "x" * 200_000
    for name, text in (("a.csv", f'a,b,"{long}"\nc,d,e\n'), ("a.tsv", f"a\tb\t{long}\nc\td\te\n")):
        assert table(name, text).row(0) == ["a", "b", long]


NUMBERS = "".join(f"{i},{(i * 7) % 30}\n" for i in range(30))
VERBS = "".join(f"e{i % 7}\tr{i % 3}\te{i * 3 % 11}\n" for i in range(40))
WORDS = "".join(f"{'abcdefg'[i % 7]}\t{'pqr'[i % 3]}\t{'abcdefghijk'[i * 3 % 11]}\n" for i in range(40))


@pytest.mark.parametrize(
    ("text", "names", "said"),
    [
        ("head,relation,tail\nRome,in,Italy\n", ("head", "relation", "tail"), ""),
        ("Head , RELATION,tail\nRome,in,Italy\n", ("Head", "RELATION", "tail"), ""),
        ("head,relation,tail\n", ("head", "relation", "tail"), ""),
        ("numeric_id_1,numeric_id_2\n" + NUMBERS, ("numeric_id_1", "numeric_id_2"), "texts stand above numbers"),
        (NUMBERS, None, ""),
        ("Kopf\tVerb\tEnde\n" + VERBS, ("Kopf", "Verb", "Ende"), "another form"),
        ("e900\tr1\te901\n" + VERBS, None, ""),
        ("kopf\tverb\tende\n" + WORDS, ("kopf", "verb", "ende"), "occur nowhere else"),
        ("a\tverb\tende\n" + WORDS, None, ""),
        ("head\trelation\ttail\nhead\tpart of\tbody\ntail\tpart of\tbody\n", None, "its cells occur again"),
        ("id,0,1,2\nann,3,4,5\nbob,6,7,8\ncid,6,7,8\n", None, ""),
        ("# FromNodeId\tToNodeId\n1\t2\n3\t4\n", None, ""),
        ("# source\ttarget\n1\t2\n3\t4\n", ("source", "target"), "named by the remark"),
        ("?,in,Italy\nRome,in,?\n", None, ""),
    ],
)
def test_whether_the_first_row_is_a_header(table, text, names, said):
    found = table("a.csv", text)
    assert found.names == names
    assert said in " ".join(found.notes)


def test_a_header_is_what_the_user_says(table):
    assert table("a.csv", "head,relation,tail\na,b,c\n", header=False).row(0) == ["head", "relation", "tail"]
    assert table("a.csv", "x,y,z\na,b,c\n", header=True).names == ("x", "y", "z")


def test_lines_are_those_of_the_file(table):
    found = table("a.tsv", "# by hand\n\na\tb\n\nc\td\n")
    assert list(found.lines) == [3, 5]
    assert found.where(1).endswith("a.tsv:5")


def test_names_that_begin_like_remarks_are_names(table):
    assert len(table("a.tsv", "#me\tin\t#x\n#x\tin\t#me\n")) == 2
    found = table("a.tsv", "# of tags\n#me\tin\tx\nann\tin\tx\n")
    assert (found.row(0), list(found.lines)) == (["#me", "in", "x"], [2, 3])
    assert table("a.tsv", "#head\trelation\ttail\nann\tin\tx\n").names == ("head", "relation", "tail")


def test_rows_cut_short_are_filled_up_and_told(table):
    found = table("a.csv", "file,label,site\na.png,cat,x\nb.png\n")
    assert found.row(1) == ["b.png", "", ""]
    assert "such as line 3: their last cells are empty" in found.notes[0]


def test_rows_that_are_too_long_are_told_together_or_left_out(table):
    text = "".join(f"a,b,{i}\n" for i in range(9)) + "a,b,c,d\nq,r,s,t,u\n"
    with pytest.raises(BadRows, match=r"(?s)2 rows.*10 .*got 4: a, b, c, d.*11 .*got 5") as raised:
        table("a.csv", text)
    assert [row.row for row in raised.value.rows] == [10, 11]
    bad = BadRowList("facts", skip=True)
    assert len(table("a.csv", text, bad)) == 9
    assert "2 of facts left out" in bad.settle()[0]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.tsv", b"a\tb\ncaf\xe9\tc\n", r"a\.tsv:2: expected text in UTF-8, got the byte 0xe9"),
        ("a.tsv", b"a\tb\n\0\0\n", r"a\.tsv:2: .*null byte"),
        ("a.csv", "\n \n", "got an empty file"),
        ("a.csv", 'a,"b, c",d\ne,"f, g",h\ni,"j, k\n', r"a\.csv:3: .*quotes that are not balanced"),
        ("a.gz", b"\x1f\x8b\x08broken", "cannot be read"),
        ("a.jsonl", '{"a": 1}\n[2]\n{"a": "\\ud800"}\n', "(?s)2 rows.*expected an object"),
    ],
)
def test_what_is_no_table_is_told_with_its_line(table, name, text, words):
    with pytest.raises(DataError, match=words):
        table(name, text)


def test_numbers_in_json_and_parquet_keep_their_digits(table, tmp_path):
    found = table("a.jsonl", '{"id": 9007199254740993, "x": 1.0, "ok": true, "no": null, "l": [1]}\n')
    assert found.row(0) == ["9007199254740993", "1.0", "true", "", '["1"]']
    pyarrow, writer = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    columns = {"id": [2**53 + 1, 7], "count": [1.0, None], "zip": ["007", " a "], "raw": [b"x", b"y"]}
    writer.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet", Expected("facts"))
    assert rows_of(found) == [["9007199254740993", "1", "007"], ["7", "", "a"]]
    assert "'raw' (binary)" in found.notes[0]


def test_a_table_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match=r"expected a table of facts.*none\.tsv"):
        read(tmp_path / "none.tsv", Expected("facts"))


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("q.tsv", "house\nhouse 40\nhouse 41\n", [["house 40"], ["house 41"]]),
        ("q.csv", "City name\nNew York\nSan Jose\n", [["New York"], ["San Jose"]]),
        ("q.csv", 'file\n"my pictures/a 1.png"\n"b.png"\n', [["my pictures/a 1.png"], ["b.png"]]),
        ("q.txt", "node\nann lee\nbob ray\n", [["ann lee"], ["bob ray"]]),
        ("q.txt", "head relation\nann knows\nbob knows\n", [["ann", "knows"], ["bob", "knows"]]),
    ],
)
def test_one_column_whose_cells_have_blanks_is_one(tmp_path, name, text, rows):
    (tmp_path / name).write_text(text)
    table = read(tmp_path / name, Expected("queries", header=True))
    assert [table.row(row) for row in range(len(table))] == rows
