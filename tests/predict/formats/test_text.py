"""Tables and JSON as text."""

from __future__ import annotations

import json

import pytest

from relxfer.predict.formats import text
from relxfer.predict.questions import read_table

COLUMNS = ("query", "answer", "rank", "score")
BLOCKS = [[["0", "0"], ['a "dog"', "=eel"], [1, 2], [0.75, 0.25]], [["1"], ["two\nlines"], [1], [1.0]]]
ROWS = [dict(zip(COLUMNS, row, strict=True)) for block in BLOCKS for row in zip(*block, strict=True)]


@pytest.mark.parametrize("suffix", [".tsv", ".csv"])
def test_tables_are_read_back(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    assert text.delimited_table(COLUMNS, BLOCKS, path) == 3
    assert read_table(path)["answer"] == ['a "dog"', "=eel", "two\nlines"]
    assert (suffix == ".csv") == ("'=eel" in path.read_text()), "a formula in a spreadsheet, here a name"


def test_a_list_of_json_has_a_row_on_each_line(tmp_path):
    assert text.json_list(COLUMNS, BLOCKS, tmp_path / "a.json") == 3
    assert json.loads((tmp_path / "a.json").read_text()) == ROWS
    assert len((tmp_path / "a.json").read_text().splitlines()) == 5


def test_each_line_of_json_lines_is_a_row(tmp_path):
    assert text.json_lines(COLUMNS, BLOCKS, tmp_path / "a.jsonl") == 3
    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()] == ROWS
    assert text.json_list(COLUMNS, [], tmp_path / "none.json") == 0
    assert json.loads((tmp_path / "none.json").read_text()) == []
