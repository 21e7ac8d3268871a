"""Cells of Parquet files are the texts that they would be in a file of text."""

from __future__ import annotations

import pytest

from relxfer.data.tables import typed

COLUMNS = {"id": [2**53 + 1, 7], "code ": ["007", None], "share": [1.0, float("nan")]}


@pytest.fixture
def table(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    def made(columns):
        parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
        return typed.read(tmp_path / "t.parquet", "t")

    return made


def test_numbers_keep_their_digits_and_missing_ones_are_empty(table):
    read = table(COLUMNS)
    assert read.names == ("id", "code", "share")
    assert [read.row(row) for row in range(len(read))] == [["9007199254740993", "007", "1"], ["7", "", ""]]
    assert read.notes == ()


def test_numbers_that_were_rounded_before_are_told(table):
    (note,) = table({"id": [2.0**53 + 2, 1.0]}).notes
    assert "'id' of t holds whole numbers above 2^53 as floating point" in note


def test_columns_without_plain_values_are_told(table):
    read = table({"id": [1], "raw": [b"x"]})
    assert read.names == ("id",)
    assert "'raw' (binary)" in read.notes[0]
