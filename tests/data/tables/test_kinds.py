"""Kinds of cells."""

from __future__ import annotations

import pytest

from relxfer.data.tables.column import Column
from relxfer.data.tables.kinds import is_missing, is_number, numeric


@pytest.mark.parametrize("cell", ["1", "-1", "+.5", "1.", "1e-9", "0,5"])
def test_numbers(cell):
    assert is_number(cell)


@pytest.mark.parametrize("cell", ["", "1-2", "0x1f", "1,2,3", "2020-01-01", "NaN", "1 2"])
def test_other_texts(cell):
    assert not is_number(cell)


@pytest.mark.parametrize("cell", ["", "nan", "NaN", "NA", "N/A", "None", "null", "NULL", "?"])
def test_every_spelling_of_no_value(cell):
    assert is_missing(cell)


def test_a_column_of_numbers_may_lack_some():
    assert numeric(Column.of(["1", "", "NA", "2"]))
    assert not numeric(Column.of(["", "NA"]))
    assert not numeric(Column.of(["1", "2", "x"]))
    assert numeric(Column.of([*map(str, range(99)), "x"]))
