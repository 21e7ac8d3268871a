"""Facts in tables as people have them: what is read, and what is said."""

import gzip
import itertools
import json

import pytest
from relxfer_kg.data.user_files import load
from relxfer_kg.files.fact_tables import FactColumns, renamed
from relxfer_kg.files.inspection import inspect
from relxfer_kg.files.triples import read_parts, read_triples
from relxfer_kg.options import OwnFiles

from relxfer.authoring.objects import KEY, Objects
from relxfer.contract.readers import Told
from relxfer.errors import BadRows, DataError, NotMine

LINKS = [
    (f"Last{i}, First{i}", verb, f"Last{(i * k + 1) % 40}, First{(i * k + 1) % 40}")
    for i in range(40)
    for verb, k in (("knows", 1), ("works with", 3), ("hired", 7))
]


def rows(order=(0, 1, 2), separator="\t", extra=None) -> str:
    given = extra or itertools.repeat(None)
    lines = (
        [*(row[i] for i in order), *([more] if more is not None else [])]
        for row, more in zip(LINKS, given, strict=False)
    )
    return "".join(separator.join(line) + "\n" for line in lines)


def objects() -> str:
    return "".join(json.dumps({"from": h, "verb": r, "to": t}) + "\n" for h, r, t in LINKS)


WEIGHTS = [str(i / 7) for i in range(len(LINKS))]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.tsv", rows(), ""),
        ("a.csv", rows(separator=";"), "separated by semicolons"),
        ("a.csv", rows(separator="|"), "separated by pipes"),
        ("a.csv", rows(), "separated by tabs"),
        ("a.txt", rows((0, 2, 1)), "the relation is column 3"),
        ("a.txt", rows((1, 0, 2)), "the relation is column 1"),
        ("a.csv", rows((0, 2, 1), ";"), "the relation is column 3"),
        ("a.tsv", f"{len(LINKS)}\n{rows()}", "is taken for the number of rows"),
        ("a.tsv", "person\tdoes\tother\n" + rows(), "is taken for a header"),
        ("a.tsv", "source\ttarget\ttype\n" + rows((0, 2, 1)), ""),
        ("a.tsv", "# made by hand\n" + rows(), ""),
        ("a.tsv", "# head\trelation\ttail\n" + rows(), "named by the remark"),
        ("a.tsv", rows(extra=WEIGHTS), "not used: column 4"),
        ("a.tsv", "subject\tpredicate\tobject\tscore\n" + rows(extra=WEIGHTS), "not used: 'score'"),
        ("a.tsv", rows((0, 2, 1), extra=WEIGHTS), "not used: column 4"),
        ("a.jsonl", objects(), ""),
        ("a.tsv", gzip.compress(rows().encode(), mtime=0), ""),
        ("a.tsv", rows().encode("utf-16"), ""),
        ("a.tsv", rows().replace("\n", "\r\n"), ""),
        ("a.tsv", "\n\n" + rows().replace("\n", "\t\t\n"), ""),
    ],
)
def test_the_same_facts_of_every_table(tmp_path, name, text, said):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    facts = read_triples(tmp_path / name)
    assert facts.tolist() == [list(row) for row in LINKS]
    assert said in " ".join(facts.notes)
    seen = inspect(tmp_path / name)
    assert (seen.facts, seen.entities, seen.relations) == ({"facts": 120}, 40, 3)
    assert said in " ".join(seen.sentences())
    table = {key: value for key, value in seen.dataset_table().items() if key != "use"}
    domain = load(OwnFiles.model_validate({**table, "name": "same"}))
    plain = load(OwnFiles(facts=LINKS, name="same"))
    assert (domain.sha, domain.test.digest()) == (plain.sha, plain.test.digest())


def test_shuffled_rows_are_the_same_data(tmp_path):
    first, second = tmp_path / "a.tsv", tmp_path / "b.tsv"
    first.write_text(rows())
    second.write_text("".join(sorted(rows().splitlines(keepends=True), key=lambda line: line[::-1])))
    one, other = (load(OwnFiles.model_validate({"facts": str(path)})) for path in (first, second))
    assert one.sha == other.sha
    assert one.inputs.entities == other.inputs.entities
    assert [one.val.digest(), one.test.digest()] == [other.val.digest(), other.test.digest()]


def test_the_split_of_the_user_is_honoured(tmp_path):
    parts = itertools.cycle(["train"] * 8 + ["dev", "test"])
    (tmp_path / "a.tsv").write_text(rows(extra=parts))
    parts = read_parts(tmp_path / "a.tsv")
    assert {part: len(facts) for part, facts in parts.items()} == {"train": 96, "valid": 12, "test": 12}
    domain = load(OwnFiles.model_validate({"facts": str(tmp_path / "a.tsv")}))
    assert domain.notes[0] == "96 observed, 12 validation, 12 test facts, split as given"
    assert any("column 4" in note and "says which facts are held out" in note for note in domain.notes)
    assert inspect(tmp_path / "a.tsv").facts == {"facts": 96, "valid": 12, "test": 12}


def test_parquet_and_frames_without_telling_headings(tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pandas.DataFrame([(h, t, r) for h, r, t in LINKS], columns=["a", "b", "c"])
    frame.to_parquet(tmp_path / "a.parquet")
    assert read_triples(tmp_path / "a.parquet").tolist() == [list(row) for row in LINKS]
    assert inspect(tmp_path / "a.parquet").columns == ("a", "c", "b")
    telling = frame.rename(columns={"a": "head", "b": "tail", "c": "relation"})
    numbers = pandas.DataFrame({"head": [2**53 + 1, 7], "relation": ["r", "s"], "tail": ["007", "x"], "w": [0.5, 1.5]})
    for given in (frame, telling, numbers):
        options = OwnFiles.model_validate({"facts": given}, context={KEY: Objects(tmp_path / "objects")})
        expected = [["9007199254740993", "r", "007"], ["7", "s", "x"]] if given is numbers else list(map(list, LINKS))
        assert read_triples(options.facts).tolist() == expected


def test_bad_rows_are_told_at_once_or_left_out(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text(rows() + "x\t\ty\nx\ty\nx\ty\tz\tw\n")
    with pytest.raises(BadRows, match="3 rows") as raised:
        read_triples(path)
    assert sorted(row.row for row in raised.value.rows) == [121, 122, 123]
    with pytest.raises(BadRows):
        inspect(path)
    seen = inspect(path, Told(skip_bad=True))
    assert seen.facts == {"facts": 120}
    assert seen.dataset_table()["skip_bad"] is True
    domain = load(OwnFiles.model_validate({"facts": str(path), "skip_bad": True}))
    assert any("3 of facts left out (skip_bad)" in note for note in domain.notes)


EDGES = "".join(f"e{i % 30} e{i * 7 % 30} {i / 7}\n" for i in range(90))


def test_one_relation_of_a_list_of_edges(tmp_path):
    (tmp_path / "a.txt").write_text(EDGES)
    with pytest.raises(NotMine, match=r"column 3 \(weights.*--reader network-files.*--columns 0,1"):
        inspect(tmp_path / "a.txt")
    with pytest.raises(NotMine, match="a list of edges"):
        load(OwnFiles.model_validate({"facts": str(tmp_path / "a.txt")}))
    seen = inspect(tmp_path / "a.txt", Told(columns=(0, 1)))
    assert (seen.dataset_table()["relation"], seen.dataset_table()["columns"]) == ("related_to", [0, 1])
    facts = read_triples(tmp_path / "a.txt", FactColumns((0, 1), None, "near"))
    assert facts.tolist()[1] == ["e1", "near", "e7"]


def test_columns_that_are_told_count_more_than_content(tmp_path):
    (tmp_path / "a.tsv").write_text(rows((0, 2, 1)))
    seen = inspect(tmp_path / "a.tsv", Told(columns=(0, 1, 2)))
    assert (seen.columns, seen.relations) == ((0, 1, 2), 40)
    assert inspect(tmp_path / "a.tsv", Told(columns=(1, 2, 0))).columns == (1, 2, 0)
    with pytest.raises(DataError, match=r"expected what kg-files can use \(--columns, --skip-bad\), got --label"):
        inspect(tmp_path / "a.tsv", Told(label=("x",)))


def test_small_files_are_laid_out_as_the_first(tmp_path):
    lines = rows((0, 2, 1)).splitlines(keepends=True)
    (tmp_path / "train.tsv").write_text("".join(lines[:-4]))
    (tmp_path / "test.tsv").write_text("".join(lines[-4:]))
    files = {"facts": str(tmp_path / "train.tsv"), "test": str(tmp_path / "test.tsv")}
    domain = load(OwnFiles.model_validate(files))
    assert len(domain.inputs.relations) == 3
    assert len(domain.test) == 8
    assert any("is column 3" in note for note in domain.notes)


def test_numbers_are_named_by_tables(tmp_path):
    (tmp_path / "facts.txt").write_text("3\n0 1 0\n1 2 0\n2 0 1\n")
    (tmp_path / "e.txt").write_text("3\nRome\t0\nItaly\t1\nEurope\t2\n")
    (tmp_path / "r.txt").write_text("2\nin\t0\nhas\t1\n")
    facts = read_triples(tmp_path / "facts.txt", FactColumns((0, 2, 1)))
    named = renamed(facts, tmp_path / "e.txt", tmp_path / "r.txt")
    assert named.tolist() == [["Rome", "in", "Italy"], ["Italy", "in", "Europe"], ["Europe", "has", "Rome"]]
    (tmp_path / "e.txt").write_text("0\tRome\n1\tItaly\n")
    with pytest.raises(DataError, match="got none for 1, such as '2'"):
        renamed(facts, tmp_path / "e.txt", None)
    (tmp_path / "e.txt").write_text("0\tRome\n1\tRome\n2\tx\n")
    with pytest.raises(DataError, match="'Rome' again"):
        renamed(facts, tmp_path / "e.txt", None)


def test_statements_in_a_table_end_without_their_stop(tmp_path):
    (tmp_path / "a.tsv").write_text("<a>\t<r>\t<b> .\n<b>\t<r>\t<a> .\n")
    assert read_triples(tmp_path / "a.tsv").tolist() == [["<a>", "<r>", "<b>"], ["<b>", "<r>", "<a>"]]


def test_what_may_be_wrong_is_said(tmp_path):
    (tmp_path / "a.tsv").write_text("".join(f"u{i % 9}\tr{i % 2}\ti{i % 11}\n" for i in range(60)) + "u1\tr1\tNaN\n")
    told = " ".join(inspect(tmp_path / "a.tsv").problems)
    assert "no name is both a head and a tail" in told
    assert "taken for names: NaN" in told


def test_literals_are_told_and_left_out(tmp_path):
    more = "".join(f"Last{i}, First{i}\tage\t{20 + i}\n" for i in range(40))
    (tmp_path / "a.tsv").write_text(rows() + more)
    seen = inspect(tmp_path / "a.tsv")
    assert seen.literals == 40
    assert "40 of the entities are literals" in " ".join(seen.problems)
    assert seen.dataset_table()["literals"] == "keep"
    domain = load(OwnFiles.model_validate({"facts": str(tmp_path / "a.tsv"), "literals": "drop"}))
    assert len(domain.inputs.entities) == 40
    assert any("40 facts about literals left out" in note for note in domain.notes)
