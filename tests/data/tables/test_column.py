"""Columns hold each different text once."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.data.tables.column import Coder, Column


def test_cells_that_are_equal_but_for_white_space_are_one():
    coder = Coder()
    coder.add(["b", " b ", ""])
    coder.add(["a", "b"])
    column = coder.column()
    assert list(column) == ["b", "b", "", "a", "b"]
    assert column.values == ["b", "", "a"]
    assert (column[3], column[1:4], len(column)) == ("a", ["b", "", "a"], 5)
    assert column.distinct == {"b", "", "a"}
    assert list(Coder().column()) == []


@pytest.mark.parametrize("chosen", [np.array([3, 1]), np.array([False, True, False, True, False])])
def test_rows_keep_the_texts_that_occur_in_them(chosen):
    column = Column.of(["a", "b", "c", "d", "b"]).rows(chosen)
    assert sorted(column) == ["b", "d"]
    assert column.values == list(column)


def test_what_is_below_the_first_row():
    below = Column.of(["name", "b", "a", "b"]).below()
    assert (list(below), below.values, below.counts.tolist()) == (["b", "a", "b"], ["b", "a"], [2, 1])
    assert Column.of(["b", "a", "b"]).below().values == ["b", "a"]
    assert list(Column.of([]).below()) == []
