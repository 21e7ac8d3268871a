"""Frames in memory are what a file of them would be."""

from __future__ import annotations

import pytest

from relxfer.data.tables.typed import is_frame, of_frame

COLUMNS = {"id": [2**53 + 1, 7], "code": ["007", None], "share": [1.0, float("nan")]}
ROWS = [["9007199254740993", "007", "1"], ["7", "", ""]]


@pytest.mark.parametrize("library", ["pandas", "pyarrow", "polars"])
def test_every_frame_gives_the_same_texts(library):
    made = pytest.importorskip(library)
    frame = made.table(COLUMNS) if library == "pyarrow" else made.DataFrame(COLUMNS)
    assert is_frame(frame)
    table = of_frame(frame, "frame")
    assert table.names == ("id", "code", "share")
    assert [table.row(row) for row in range(len(table))] == ROWS


def test_columns_that_pandas_numbers_have_no_names_and_equal_names_are_two_columns():
    pandas = pytest.importorskip("pandas")
    assert of_frame(pandas.DataFrame([["a", "b"]]), "frame").names is None
    twice = of_frame(pandas.DataFrame([["a", "b"]], columns=["x", "x"]), "frame")
    assert (twice.names, twice.row(0)) == (("x", "x"), ["a", "b"])
    assert not is_frame([["a", "b"]])


def test_numbers_that_were_rounded_before_are_told():
    pandas = pytest.importorskip("pandas")
    (note,) = of_frame(pandas.DataFrame({"id": [2.0**53 + 2, 1.0]}), "frame").notes
    assert "'id' of frame holds whole numbers above 2^53 as floating point" in note
