"""Class scores: what is predicted, F1, the area under the curve, and where they are undefined."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn import metrics

from relxfer.contract.metrics import Undefined
from relxfer.judge.metrics.classification import Classes, Classification, softmax


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
        made = Classes(np.eye(6)[predicted], answers).macro_f1()
        assert made.value == pytest.approx(macro)
        assert made.influences.sum() == pytest.approx(0)


def test_of_no_queries_there_is_no_f1():
    with pytest.raises(Undefined, match="no test queries"):
        Classes(np.zeros((0, 3)), np.zeros(0, int)).macro_f1()


def test_the_area_is_that_of_scikit_learn():
    rng = np.random.default_rng(2)
    scores, answers = rng.normal(size=(60, 2)), rng.integers(0, 2, 60)
    made = Classes(scores, answers).auc()
    assert made.value == pytest.approx(metrics.roc_auc_score(answers, scores[:, 1] - scores[:, 0]))
    assert made.influences.sum() == pytest.approx(0)


def test_of_one_class_there_is_no_area():
    with pytest.raises(Undefined, match="all test answers are of one class"):
        Classes(np.eye(2)[[0, 1, 0]], np.array([1, 1, 1])).auc()


def test_ties_break_to_the_lowest_class():
    made = Classes(np.array([[1.0, 1.0, 0.0], [0.0, 2.0, 2.0]]), np.array([0, 2]))
    assert made.predicted.tolist() == [0, 1]
    assert made.accuracy().values.tolist() == [1.0, 0.0]
    assert made.accuracy().values.dtype == np.float64


def test_probability_is_the_softmax_of_the_predicted_class():
    scores = np.random.default_rng(1).normal(size=(8, 5)) * 3
    made = Classes(scores, np.zeros(8, int))
    assert made.probability == pytest.approx(Classification(tuple("abcde")).shown(scores).max(1))


def test_probability_stands_infinite_and_huge_scores():
    scores = np.array([[-np.inf, -np.inf], [-np.inf, 3.0], [np.inf, 0.0], [1e300, -1e300]])
    assert Classes(scores, np.zeros(4, int)).probability.tolist() == [0.5, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [(np.array([0, 1]), None), (np.array([-1]), "got -1 to -1"), (np.array([2]), "from 0 to 1, got 2 to 2"),
     (np.array([0.0]), r"integers [n], got float64[1]"), (np.zeros((2, 2), int), "got int64[2, 2]")],
)  # fmt: skip
def test_answers_are_numbers_of_classes(answers, wrong):
    got = Classification(("a", "b")).problem(answers)
    assert got is None if wrong is None else wrong in got


def test_training_minimises_the_cross_entropy():
    scores = torch.tensor([[2.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    loss = Classification(("a", "b")).loss(scores, torch.tensor([0, 0]))
    expected = metrics.log_loss([0, 0], torch.softmax(scores, 1).numpy(), labels=[0, 1])
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_infinities_and_odds_are_kept():
    assert softmax(np.array([[0.0, np.log(3)], [-np.inf, 5.0]])).round(3).tolist() == [[0.25, 0.75], [0.0, 1.0]]
    assert softmax(np.array([[-np.inf, -np.inf]])).tolist() == [[0.5, 0.5]]
