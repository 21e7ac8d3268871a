"""Objects, one a line or in a list."""

from __future__ import annotations

import json

import pytest

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.json_rows import is_json_rows, read
from relxfer.errors import DataError


def test_keys_are_columns_wherever_they_first_occur():
    bad = BadRowList("facts")
    table = read('{"a": " x "}\n\n{"b": 1e400, "a": "y"}\n', "a.jsonl", bad)
    assert (table.names, table.row(0), table.row(1)) == (("a", "b"), ["x", ""], ["y", "1e400"])
    assert (list(table.lines), bad.count) == ([1, 3], 0)


def test_a_list_or_deep_nonsense_is_no_object():
    assert not is_json_rows("[1]\n")
    assert not is_json_rows('{"a": ' + "[" * 100_000 + "\n")
    assert not is_json_rows("")


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_is_what_its_lines_are(indent):
    rows = [{"s": "a", "p": "x ] }, {", "o": 1.50}, {"s": "b", "o": None}, {}, {"p": [1, {"q": "y"}]}]
    bad = BadRowList("facts")
    listed = read(json.dumps(rows, indent=indent) + "\n", "a.json", bad)
    lines = read("\n".join(map(json.dumps, rows)), "a.jsonl", bad)
    assert listed.names == lines.names
    assert [listed.row(i) for i in range(4)] == [lines.row(i) for i in range(4)]
    assert bad.count == 0


def test_members_that_are_no_objects_are_bad_rows_with_their_lines():
    bad = BadRowList("facts", skip=True)
    table = read('[{"a": 1},\n 2,\n\n{"a": 3}]', "a.json", bad)
    assert (len(table), list(table.lines), bad.first[0].row) == (2, [1, 4], 2)


@pytest.mark.parametrize(
    ("end", "line"), [(',\n{"a": 2', 2), ("", 1), (",\n{\"a\": '2'}]", 2), ("] x", 1), (',\n{"a": "\\ud800"}]', 2)]
)
def test_a_list_that_is_no_json_names_its_line(end, line):
    with pytest.raises(DataError, match=rf"^a.json:{line}: expected a list of objects"):
        read('[{"a": 1}' + end, "a.json", BadRowList("facts"))
