"""Each label has a line of its own."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.calibrating.logistic import sigmoid
from relxfer_strategies.calibrating.platt import Platt

from relxfer.errors import Incompatible


def test_each_label_has_its_own_line():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(20_000, 2))
    lines = np.array([[0.0, 3.0], [-2.0, 0.5]])
    right = rng.random(scores.shape) < sigmoid(lines[:, 0] + lines[:, 1] * scores)
    arrays, card = Platt(None).fit(scores, right.astype(int))
    assert arrays["lines"] == pytest.approx(lines, abs=0.15)
    made = Platt(None).apply(scores, (arrays, card))
    assert np.abs(made - sigmoid(lines[:, 0] + lines[:, 1] * scores)).mean() < 0.01


def test_a_label_that_nothing_has():
    scores = np.random.default_rng(1).normal(size=(30, 2))
    made = Platt(None).apply(scores, Platt(None).fit(scores, np.stack([np.zeros(30), np.ones(30)], 1)))
    assert made[:, 0].max() < 0.1
    assert made[:, 1].min() > 0.9


def test_scores_that_are_not_finite_are_told():
    with pytest.raises(Incompatible, match="expected finite scores"):
        Platt(None).fit(np.array([[np.nan, 0.0]]), np.array([[0, 1]]))


@pytest.mark.parametrize("arrays", [{}, {"lines": np.zeros((3, 2))}, {"lines": np.full((2, 2), np.nan)}])
def test_what_was_not_fitted_is_told(arrays):
    with pytest.raises((KeyError, ValueError)):
        Platt(None).apply(np.zeros((1, 2)), (arrays, {}))
