"""Contributions have the metric as their mean, and follow its derivative."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from relxfer.evaluation import influence
from relxfer.evaluation.links import Links


def drawn(seed: int, classes: int = 3, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    answers = rng.integers(0, classes, n)
    answers[:classes] = np.arange(classes)
    scores = rng.normal(size=(n, classes)).round(1)
    scores[np.arange(n), answers] += 0.7
    return scores, answers


@given(st.integers(0, 10_000), st.integers(2, 5))
def test_means_are_those_of_scikit_learn(seed, classes):
    scores, answers = drawn(seed, classes)
    scores += np.random.default_rng(seed).normal(size=scores.shape) * 1e-3  # ties of sums would depend on rounding
    predicted = scores.argmax(1)
    expected = metrics.f1_score(answers, predicted, average="macro")
    assert influence.macro_f1(predicted, answers, classes).mean() == pytest.approx(expected)
    powers = np.exp(scores)
    shares = powers / powers.sum(1, keepdims=True)
    areas = [metrics.roc_auc_score(answers == c, shares[:, c]) for c in range(classes)]
    assert influence.auc(scores, answers).mean() == pytest.approx(np.mean(areas))
    margin, linked = scores[:, 1].round(1), answers == 1
    assert influence.binary_auc(margin, linked).mean() == pytest.approx(metrics.roc_auc_score(linked, margin))
    expected = metrics.average_precision_score(linked, margin)
    assert influence.average_precision(margin, linked).mean() == pytest.approx(expected)


def weighted(metric, scores, answers, i, h):
    weights = np.ones(len(answers))
    weights[i] += h
    return metric(scores, answers, weights)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            lambda s, y: influence.macro_f1(s.argmax(1), y, 3),
            lambda s, y, w: metrics.f1_score(y, s.argmax(1), average="macro", sample_weight=w),
        ),
        (
            lambda s, y: influence.binary_auc(s[:, 1], y == 1),
            lambda s, y, w: metrics.roc_auc_score(y == 1, s[:, 1], sample_weight=w),
        ),
        (
            lambda s, y: influence.average_precision(s[:, 1], y == 1),
            lambda s, y, w: metrics.average_precision_score(y == 1, s[:, 1], sample_weight=w),
        ),
    ],
    ids=["macro-f1", "auc", "ap"],
)
def test_each_contribution_is_the_value_and_its_derivative_by_the_weight_of_the_query(ours, theirs):
    scores, answers = drawn(3)
    made, n, h = ours(scores, answers), len(answers), 1e-6
    value = theirs(scores, answers, np.ones(n))
    for i in range(n):
        slope = (weighted(theirs, scores, answers, i, h) - weighted(theirs, scores, answers, i, -h)) / (2 * h)
        assert made[i] == pytest.approx(value + n * slope, abs=1e-5)


def test_certain_scores_do_not_tie():
    scores = np.zeros((4, 3))
    scores[:, 0] = [38.0, 40.0, 50.0, 60.0]
    assert influence.auc(scores, np.array([1, 2, 0, 0])).mean() > 0.7
    assert influence.binary_auc(influence._log_odds(scores)[:, 0], np.array([False, False, True, True])).mean() == 1


def test_infinite_scores_are_ordered_and_equal_ones_tie():
    scores = np.array([[np.inf, np.inf], [np.inf, 0.0], [0.0, -np.inf], [-np.inf, 0.0]])
    assert np.isfinite(influence.auc(scores, np.array([0, 1, 1, 0]))).all()
    assert influence.auc(scores, np.array([1, 0, 0, 1])).mean() == 1


def test_a_class_nowhere_seen_is_left_out_and_one_class_alone_has_no_curve():
    assert influence.macro_f1(np.array([0, 0]), np.array([0, 0]), 4).tolist() == [1.0, 1.0]
    assert influence.auc(np.zeros((3, 2)), np.zeros(3, int)).tolist() == [0.5] * 3


def test_hits_count_links_above_the_fiftieth_best_of_the_others():
    margin = np.concatenate([np.arange(100.0), [49.5, 50.5, 99.5]])
    answers = np.r_[np.zeros(100, int), 1, 1, 1]
    made = Links.of(np.stack([np.zeros(103), margin], 1), answers)
    assert made.values()["hits@50"].mean() == pytest.approx(2 / 3)


def test_a_test_of_links_alone_is_refused():
    with pytest.raises(ValueError, match="both kinds"):
        Links.of(np.zeros((2, 2)), np.array([1, 1])).values()
