"""Columns of features: numbers, categories, and what is missing."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.files import columns

from relxfer.errors import DataError


def test_a_missing_number_is_the_mean_and_told():
    made = columns.of("age", ["1", "?", "5", "N/A", ""], False, str)
    assert made.values.toarray().ravel().tolist() == [1, 3, 5, 3, 3]
    assert made.notes == ("'age' is missing in 3 of 5 nodes, which get the mean, 3",)


@pytest.mark.parametrize("cell", ["inf", "-inf", "nan", "1e99", "old"])
def test_what_is_no_finite_number_is_refused_with_its_place(cell):
    with pytest.raises(DataError, match=f"row 1: expected a finite number as 'age', got '{cell}'"):
        columns.of("age", ["1", cell], False, lambda row: f"row {row}")


def test_codes_may_be_categories():
    made = columns.of("dept", ["7", "9", "", "7"], True, str)
    assert (made.names, made.number) == (["dept=7", "dept=9"], False)
    assert made.values.toarray().tolist() == [[1, 0], [0, 1], [0, 0], [1, 0]]


def test_a_missing_text_is_in_no_category():
    made = columns.of("kind", ["x", "None", "-", "y"], False, str)
    assert made.names == ["kind=x", "kind=y"]
    assert made.values.sum() == 2


def test_which_numbers_have_a_scale():
    rare = np.zeros(100)
    assert not columns.has_scale(np.array([0, 1, 1]))
    assert columns.has_scale(np.array([0.2, 0.4, 0.1]))
    assert not columns.has_scale(np.where(np.arange(100) < 3, 0.3, rare)), "shares of rare words keep their scale"
    assert columns.has_scale(np.where(np.arange(100) < 3, 99999, rare))
