"""Columns of separated text, and what reads many rows."""

from __future__ import annotations

import pytest

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables import cells as module
from relxfer.data.tables.cells import cells
from relxfer.data.tables.separators import Separation


@pytest.mark.parametrize(
    "text",
    [
        "a\tb\n c \td\na\td\n",
        "a\tb\r\n c \td\r\na\td\r\n",
        "a\tb\n\t\n c \td\na\td",
        "\t\na\tb\n c \td\na\td\n",
    ],
)
def test_many_rows_are_read_as_few(monkeypatch, text):
    pytest.importorskip("pyarrow")
    bad = BadRowList("rows")
    slow = cells(text, Separation("\t", width=2), "a.tsv", bad)
    monkeypatch.setattr(module, "MANY", 0)
    monkeypatch.setattr(module, "_by_rows", None)
    fast = cells(text, Separation("\t", width=2), "a.tsv", bad)
    assert [list(column) for column in fast.columns] == [list(column) for column in slow.columns]
    assert [list(column.values) for column in fast.columns] == [["a", "c"], ["b", "d"]]
    assert list(fast.lines) == list(slow.lines)


@pytest.mark.parametrize("text", ['a,"b"\n', "a,b\n\nc,d\n", "a,b\nc\n", "a,'=1\n", "a\rb\n"])
def test_what_the_fast_way_would_read_otherwise_goes_the_slow_one(monkeypatch, text):
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(module, "MANY", 0)
    assert module._by_arrow(text, Separation(",", width=2), 1) is None


def test_the_first_line_of_a_part_of_a_file_counts():
    bad = BadRowList("rows")
    found = cells("a,b\nc,d,e\n", Separation(",", width=2), "a.csv", bad, first=5)
    assert list(found.lines) == [5]
    assert bad.first[0].row == 6
