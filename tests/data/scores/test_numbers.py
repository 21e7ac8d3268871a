"""Scores from the texts of cells."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores.numbers import number, numbers
from relxfer.data.tables.column import Column


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1", 1.0), ("0,25", 0.25), ("TRUE", 1.0), ("wrong", 0.0), ("C", 1.0), ("", None), ("1e999", None), ("inf", None)],
)
def test_numbers_and_words(cell, expected):
    assert number(cell) == expected


def test_rows_without_a_score_are_told_with_their_lines():
    bad = BadRowList("scores")
    made = numbers(Column.of(["1", "nan", "", "x", "0"]), "a.csv", np.arange(2, 7), bad)
    assert np.isnan(made).tolist() == [False, True, True, True, False]
    assert [(row.row, row.reason) for row in bad.first] == [
        (3, "expected a score, got no value"),
        (4, "expected a score, got an empty cell"),
        (5, "expected a score, got 'x'"),
    ]
