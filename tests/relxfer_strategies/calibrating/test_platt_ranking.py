"""The candidates of a ranking are as probable as they are right, the best one and those after it."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.calibrating.platt_ranking import PlattRanking

from relxfer.errors import Incompatible


def softmax(scores):
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def drawn(seed, factor, count=4000):
    """Scores [n, 30], and answers as softmax(scores / factor) says."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 3, (count, 30))
    chances = softmax(scores / factor).cumsum(1)
    return scores, np.minimum((chances < rng.random((count, 1))).sum(1), 29)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_it_is_as_probable_as_right(factor):
    made = PlattRanking(None)
    fitted = made.fit(*drawn(0, factor))
    scores, answers = drawn(1, factor)
    shown = made.apply(scores, fitted)
    order = np.argsort(-scores, 1)
    for place in range(4):
        of = order[:, place]
        likely, right = shown[np.arange(len(of)), of], of == answers
        for part in np.array_split(np.argsort(likely), 4):
            assert likely[part].mean() == pytest.approx(right[part].mean(), abs=0.06)


def test_the_order_stays_and_what_does_not_compete_is_impossible():
    scores, answers = drawn(2, 2.0, 300)
    scores[:, 5] = -np.inf
    answers = np.where(answers == 5, 6, answers)
    made = PlattRanking(None)
    shown = made.apply(scores, made.fit(scores, answers))
    assert (shown[:, 5] == 0).all()
    rising = np.diff(np.take_along_axis(shown, np.argsort(scores, 1), 1), axis=1)
    assert rising.min() >= 0
    assert (shown <= 1).all()


def test_answers_that_tie_are_equally_probable():
    scores = np.tile([5.0, 5.0, 0.0, 0.0], (100, 1))
    made = PlattRanking(None)
    shown = made.apply(scores, made.fit(scores, np.arange(100) % 2))
    assert shown[0, 0] == shown[0, 1] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("worst", [np.nan, np.inf])
def test_scores_that_are_no_numbers_are_told(worst):
    with pytest.raises(Incompatible, match="expected finite scores"):
        PlattRanking(None).fit(np.array([[worst, 0.0]]), np.array([0]))


@pytest.mark.parametrize(
    "card",
    [
        {},
        {"temperature": 0, "best": [0, 1], "others": [0, 1]},
        {"temperature": 1, "best": [0, -1], "others": [0, 1]},
        {"temperature": 1, "best": [0], "others": [0, 1]},
        {"temperature": 1, "best": [0, None], "others": [0, 1]},
    ],
)
def test_what_was_not_fitted_is_told(card):
    with pytest.raises((KeyError, ValueError, TypeError)):
        PlattRanking(None).apply(np.zeros((1, 2)), ({}, card))
