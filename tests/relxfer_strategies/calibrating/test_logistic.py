"""Platt scaling finds the line that labels were drawn with, and stays in bounds with few of them."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.calibrating.logistic import fitted, sigmoid


def test_it_finds_the_line_of_the_labels():
    rng = np.random.default_rng(0)
    scores = rng.normal(2, 3, 40_000)
    right = rng.random(40_000) < sigmoid(-1 + 0.7 * scores)
    assert fitted(scores, right) == pytest.approx((-1, 0.7), abs=0.05)


def test_it_is_that_of_the_library():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(1)
    scores = rng.normal(size=500)
    right = rng.random(500) < sigmoid(0.5 + 2 * scores)
    smoothed = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / ((~right).sum() + 2))
    twice = np.concatenate([scores, scores])[:, None]
    model = LogisticRegression(C=1e9, tol=1e-10).fit(twice, np.repeat([1, 0], 500), np.append(smoothed, 1 - smoothed))
    assert fitted(scores, right) == pytest.approx((model.intercept_[0], model.coef_[0, 0]), abs=1e-3)


@pytest.mark.parametrize("right", [[1, 1, 1], [0, 0, 0], [1, 0, 0]])
def test_few_labels_leave_nothing_impossible(right):
    scores = np.array([3.0, 2.0, 1.0])
    a, b = fitted(scores, np.array(right))
    made = sigmoid(a + b * scores)
    assert ((made > 0) & (made < 1)).all()
    assert b >= 0


def test_the_order_is_kept_where_labels_are_the_other_way_round():
    _, b = fitted(np.array([-1.0, 1.0] * 50), np.array([1, 0] * 50))
    assert b == 0


def test_without_scores_they_are_as_they_are():
    assert fitted(np.zeros(0), np.zeros(0)) == (0.0, 1.0)
    a, b = fitted(np.full(4, 7.0), np.array([1, 0, 0, 0]))
    assert sigmoid(a + 7 * b) == pytest.approx((2 / 3 + 3 * 1 / 5) / 4, abs=1e-3)


def test_large_values():
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
