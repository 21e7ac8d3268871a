"""Class scores: predictions, F1 and their storage."""

import numpy as np
import pytest

from relxfer.errors import RelxferError
from relxfer.judge.classification import Predictions, macro_f1


def f1_by_counting(predicted, answers, classes):
    """Macro-F1, class by class."""
    scores = []
    for label in range(classes):
        hit = sum(p == a == label for p, a in zip(predicted, answers, strict=True))
        extra = sum(p == label != a for p, a in zip(predicted, answers, strict=True))
        missed = sum(a == label != p for p, a in zip(predicted, answers, strict=True))
        if hit + extra + missed:
            scores.append(2 * hit / (2 * hit + extra + missed))
    return sum(scores) / len(scores)


def test_f1_equals_counting():
    rng = np.random.default_rng(0)
    for _ in range(50):
        predicted, answers = rng.integers(0, 4, 12), rng.integers(0, 4, 12)
        macro = f1_by_counting(predicted.tolist(), answers.tolist(), 6)
        assert macro_f1(predicted, answers, 6) == pytest.approx(macro)


def test_f1_of_no_queries_is_zero():
    none = np.zeros(0, int)
    assert macro_f1(none, none, 3) == 0.0


def test_ties_break_to_the_lowest_class():
    made = Predictions.of(np.array([[1.0, 1.0, 0.0], [0.0, 2.0, 2.0]]), np.array([0, 2]))
    assert made.predicted.tolist() == [0, 1]
    assert made.values()["accuracy"].tolist() == [1.0, 0.0]
    assert made.values()["accuracy"].dtype == np.float64


def test_probability_is_the_softmax_of_the_predicted_class():
    scores = np.random.default_rng(1).normal(size=(8, 5)) * 3
    powers = np.exp(scores)
    made = Predictions.of(scores, np.zeros(8, int))
    assert made.probability == pytest.approx((powers / powers.sum(1, keepdims=True)).max(1))


def test_probability_stands_infinite_and_huge_scores():
    scores = np.array([[-np.inf, -np.inf], [-np.inf, 3.0], [np.inf, 0.0], [1e300, -1e300]])
    assert Predictions.of(scores, np.zeros(4, int)).probability.tolist() == [0.5, 1.0, 1.0, 1.0]


def test_arrays_lose_nothing():
    made = Predictions.of(np.eye(3), np.array([0, 1, 1]))
    again = Predictions.from_arrays({**made.to_arrays(), "units": np.arange(3)})
    assert np.array_equal(again.scores, made.scores)
    assert again.macro_f1 == made.macro_f1 == macro_f1(made.predicted, made.answers, 3)


def test_nan_is_an_error_that_names_the_row():
    with pytest.raises(RelxferError, match="query row 1"):
        Predictions.of(np.array([[0.0, 1.0], [np.nan, 1.0]]), np.array([0, 0]))


@pytest.mark.parametrize(
    ("scores", "answers"),
    [(np.zeros(3), np.zeros(3, int)), (np.zeros((2, 3)), np.zeros(1, int)),
     (np.zeros((1, 3)), np.array([-1])), (np.zeros((1, 3)), np.array([3])),
     (np.zeros((2, 3)), np.zeros((2, 3), int))],
)  # fmt: skip
def test_what_does_not_fit_is_refused(scores, answers):
    with pytest.raises(ValueError, match="expected"):
        Predictions.of(scores, answers)
