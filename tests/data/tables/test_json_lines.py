"""Objects, one a line."""

from __future__ import annotations

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.json_lines import is_json_lines, read


def test_keys_are_columns_wherever_they_first_occur():
    bad = BadRowList("facts")
    table = read('{"a": " x "}\n\n{"b": 1e400, "a": "y"}\n', "a.jsonl", bad)
    assert (table.names, table.row(0), table.row(1)) == (("a", "b"), ["x", ""], ["y", "1e400"])
    assert (list(table.lines), bad.count) == ([1, 3], 0)


def test_a_list_or_deep_nonsense_is_no_object():
    assert not is_json_lines("[1]\n")
    assert not is_json_lines('{"a": ' + "[" * 100_000 + "\n")
    assert not is_json_lines("")
