"""Names with quotes, tabs, line ends and formulas come back as they were, from facts to answers."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import relxfer
from relxfer import cli
from relxfer.data.tables.reading import Expected, read
from relxfer.judge.metrics.classification import Classification
from relxfer.predict.answers import Answers
from relxfer.store import delimited, escaping

HOSTILE = (
    '"both"', '"open', 'close"', 'in "the" middle', '""', '"', "'", "'=1", "=cmd|' /C calc'!A0", "+1-1", "-x", "@me",
    "-5", "a,b", "a;b", "a\tb", "two\nlines", "cr\rlf\r\nend", "[/x] :smile: [red]", "\x1b[31mred", "\u202etfel",
    "a|b `c` *d* <b>", "$x$", "_x_", "\\", "# h", "\x7f\x9b", "ünï 漢 🙂", "NaN", "1e5", "x" * 300,
)  # fmt: skip


def readable(text: str) -> bool:
    """What a table can hold as a name: readers take white space off."""
    return text == text.strip() != "" and "\0" not in text


names = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\"\t\n\r,;='+-@")), min_size=1
).filter(readable)


@given(st.lists(st.tuples(names, names), min_size=1, max_size=5))
@example([(name, name) for name in HOSTILE])
@pytest.mark.parametrize("suffix", [".tsv", ".csv"])
def test_what_is_written_is_read(tmp_path_factory, suffix, rows):
    path = tmp_path_factory.mktemp("t") / f"t{suffix}"
    text = "".join(delimited.row(row, delimited.separator(path)) for row in (("head", "tail"), *rows))
    path.write_bytes(text.encode())
    table = read(path, Expected("names", header=True))
    assert [tuple(table.row(row)) for row in range(len(table))] == rows
    dialect = {"delimiter": delimited.separator(path)}
    theirs = list(csv.reader(io.StringIO(text, newline=""), **dialect))[1:]
    restored = [tuple(map(escaping.from_spreadsheet, row)) if suffix == ".csv" else tuple(row) for row in theirs]
    assert restored == rows  # as everybody's reader has it


def test_a_spreadsheet_finds_no_formula():
    for name in HOSTILE:
        cell = escaping.spreadsheet(name)
        assert not re.match(r"[=+@\t\r\n]|-(?!\d)", cell), cell
        assert escaping.from_spreadsheet(cell) == name
    assert escaping.spreadsheet("-0.25") == "-0.25"
    assert delimited.row([-0.25, "-0.25"], ",") == "-0.25,-0.25\n"


FACTS = [(name, f"r {name}" if i % 2 else "r", HOSTILE[(i + step) % len(HOSTILE)])
         for i, name in enumerate(HOSTILE) for step in (1, 3, 7)]  # fmt: skip


def config(facts: str) -> dict:
    return {
        "name": "names",
        "seeds": 1,
        "threads": 1,
        "device": "cpu",
        "target": {"dataset": {"use": "kg-files", "facts": facts}, "label_budgets": [0, "all"]},
        "strategy": ["zero-shot"],
        "report": {"baselines": False},
    }


def write(path, rows):
    with path.open("w", newline="") as stream:
        if path.suffix == ".parquet":
            pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
            parquet.write_table(pyarrow.table(dict(zip("hrt", map(list, zip(*rows, strict=True)), strict=True))), path)
        else:
            stream.writelines(delimited.row(row, delimited.separator(path)) for row in rows)


def answers(path):
    if path.suffix == ".json":
        return json.loads(path.read_text())
    if path.suffix == ".parquet":
        return pytest.importorskip("pyarrow.parquet").read_table(path).to_pylist()
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=delimited.separator(path)))
    if path.suffix == ".tsv":
        return rows
    return [{key: escaping.from_spreadsheet(value) for key, value in row.items()} for row in rows]


@pytest.mark.parametrize("facts", ["facts.tsv", "facts.csv", "facts.parquet"])
def test_answers_are_called_as_the_facts_have_it(tmp_path, monkeypatch, facts):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / facts, FACTS)
    relxfer.run(config(str(tmp_path / facts)), out="run")
    asked = [(head, relation, "?") for head, relation, _ in FACTS]
    for queries in ("q.tsv", "q.csv"):
        write(tmp_path / queries, [("head", "relation", "tail"), *asked])
        for out in ("a.tsv", "a.csv", "a.json", "a.parquet"):
            asks = ["predict", "run", "--queries", queries, "--top-k", "40", "--keep-known", "--out", out, "--force"]
            assert cli.main(asks) == 0
            found = answers(tmp_path / out)
            assert {(row["head"], row["relation"], "?") for row in found} == set(asked)
            assert {row["answer"] for row in found} == set(HOSTILE)
    for out in ("all.tsv", "all.csv"):
        assert cli.main(["predict", "run", "--all", "--out", out, "--keep-known"]) == 0
        assert {row["head"] for row in answers(tmp_path / out)} == set(HOSTILE)
        assert cli.main(["predict", "run", "--queries", out, "--out", f"again{out}", "--force"]) == 0  # as questions


def test_raw_quotes_in_tabs_are_the_name_everywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.tsv").write_text('"both"\tr\tb\nb\tr\tc\nc\tr\t"both"\nc\tr\td\nd\tr\t"both"\n')
    relxfer.run(config(str(tmp_path / "f.tsv")), out="run")
    (tmp_path / "q.tsv").write_text('head\trelation\n"both"\tr\n')
    assert cli.main(["predict", "run", "--queries", "q.tsv", "--out", "a.tsv"]) == 0
    assert {row["head"] for row in answers(tmp_path / "a.tsv")} == {'"both"'}


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".json", ".parquet"])
def test_half_a_surrogate_pair_is_written_visibly(tmp_path, suffix):
    task = Classification(("caf\udce9", "b"))
    found = Answers(("query", "answer", "rank", "probability"), [[["q\ud800"], [task.answers[0]], [1], [0.5]]])
    assert found.write(tmp_path / f"a{suffix}") == 1
    (row,) = answers(tmp_path / f"a{suffix}")
    assert row["query"].encode("unicode_escape") in (b"q\\\\ud800", b"q\\ud800")


def test_broken_off_answers_leave_the_old_file(tmp_path):
    def broken():
        yield [["a"], ["b"], [1], [0.5]]
        raise KeyboardInterrupt

    path = tmp_path / "a.tsv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        Answers(("query", "answer", "rank", "score"), broken()).write(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
