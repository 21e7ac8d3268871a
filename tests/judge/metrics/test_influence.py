"""Contributions have the metric as their mean, and follow its derivative."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics

from relxfer.judge.metrics import influence
from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.links import Pairs, hits_at_50
from relxfer.judge.metrics.ranking import TOLERANCE, rank_block


def drawn(seed: int, classes: int = 3, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    answers = rng.integers(0, classes, n)
    answers[:classes] = np.arange(classes)
    scores = rng.normal(size=(n, classes)).round(1)
    scores[np.arange(n), answers] += 0.7
    return scores.round(1), answers  # scikit-learn breaks ties by the noise of sums


@given(st.integers(0, 10_000), st.integers(2, 5))
def test_means_are_those_of_scikit_learn(seed, classes):
    scores, answers = drawn(seed, classes)
    scores += np.random.default_rng(seed).normal(size=scores.shape) * 0.1
    assume(np.diff(np.sort(influence._log_odds(scores), axis=0), axis=0).min() > 1e-4)  # it knows no tolerance
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


def by_pairs(scores: np.ndarray, positive: np.ndarray) -> float:
    """The area by its definition: every pair of a positive and a negative, ties half."""
    difference = scores[positive][:, None] - scores[~positive]
    scale = np.maximum(np.abs(scores[positive])[:, None], np.abs(scores[~positive]))
    least = min(TOLERANCE, 1e-3 * np.abs(scores).max())
    tied = np.abs(difference) <= np.maximum(least, TOLERANCE * scale)
    return float(np.where(tied, 0.5, difference > 0).mean())


@given(st.integers(0, 10_000), st.sampled_from([1e-6, 0.01, 1.0, 300.0]), st.sampled_from([0.0, 0.2, 0.8, 1.6]))
def test_the_area_is_that_of_all_pairs(seed, size, noise):
    rng = np.random.default_rng(seed)
    scores = rng.integers(-3, 4, 50) * size + rng.normal(size=50) * noise * TOLERANCE
    positive = np.arange(50) % 3 == 0
    made = influence.binary_auc(scores, positive)
    assert made.mean() == pytest.approx(by_pairs(scores, positive))
    assert made[positive].mean() == pytest.approx(made[~positive].mean())  # both sides see the same ties


@given(st.integers(0, 10_000), st.sampled_from([0.01, 1.0, 30.0]))
def test_noise_below_the_tolerance_changes_nothing(seed, size):
    rng = np.random.default_rng(seed)
    scores, answers = rng.integers(0, 3, (40, 3)) * size, np.r_[0, 1, 2, rng.integers(0, 3, 37)]
    noisy = scores + rng.uniform(-1, 1, scores.shape) * TOLERANCE / 8
    assert influence.auc(noisy, answers) == pytest.approx(influence.auc(scores, answers))
    margin, linked = noisy[:, 1], answers == 1
    assert influence.binary_auc(margin, linked) == pytest.approx(influence.binary_auc(scores[:, 1], linked))
    found = influence.average_precision(scores[:, 1], linked)
    assert influence.average_precision(margin, linked) == pytest.approx(found)


def test_a_chain_of_ties_does_not_tie_its_ends_as_in_ranks():
    scores = np.array([0.5, 0.5 + 0.8 * TOLERANCE, 0.5 + 1.6 * TOLERANCE])
    ends = influence.binary_auc(scores, np.array([False, False, True])).mean()
    nothing = Filter(np.array([0, 0]), np.array([], int))
    rank = rank_block(scores[None], np.array([2]), nothing).realistic[0]
    assert ends == 0.75 == 1 - (rank - 1) / 2


def test_small_scores_keep_their_order():
    scores = np.arange(1, 101) * 1e-8
    assert influence.binary_auc(scores, scores > 5e-7).mean() == 1


def test_hits_do_not_count_what_ties_with_the_fiftieth():
    margin = np.full(160, 0.5)
    margin[:60] += 1e-7 * np.random.default_rng(0).normal(size=60)
    made = Pairs(np.stack([np.zeros(160), margin], 1), np.r_[np.ones(60, int), np.zeros(100, int)])
    assert hits_at_50(made).value == 0


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
    made = hits_at_50(Pairs(np.stack([np.zeros(103), margin], 1), answers))
    assert made.value == pytest.approx(2 / 3)
    assert made.influences.sum() == pytest.approx(0)
