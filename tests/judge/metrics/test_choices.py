"""Answers that are numbers of candidates."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.judge.metrics.choices import wrong_choice


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        (np.array([0, 2]), None),
        (np.array([], int), None),
        (np.array([0, 3]), "expected answers from 0 to 2, got 0 to 3"),
        (np.array([-1, 1]), "expected answers from 0 to 2, got -1 to 1"),
        (np.array([0.5]), "expected answers as an array of integers [n], got float64[1]"),
        (np.array([[0]]), "expected answers as an array of integers [n], got int64[1, 1]"),
    ],
)
def test_what_is_wrong_is_told(answers, wrong):
    assert wrong_choice(answers, 3) == wrong
