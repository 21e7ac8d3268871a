"""Multi-label classification: metrics against scikit-learn, influences against derivatives, and where undefined."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from sklearn import metrics

from relxfer.contract.metrics import Undefined
from relxfer.judge.metrics.multi_label import Labels, MultiLabel, exact_match, mean_average_precision, micro_f1

SEEDS = some.integers(0, 10_000)


def drawn(seed: int, n: int = 20, labels: int = 3) -> Labels:
    rng = np.random.default_rng(seed)
    answers = (rng.random((n, labels)) < [0.2, 0.5, 0.7]).astype(int)
    answers[:2] = [[0] * labels, [1] * labels]  # so that every label is there and is not
    # rounded, because scores within 1e-5 tie here, and not in scikit-learn
    return Labels((rng.normal(size=(n, labels)) + answers).round(3), answers)


@settings(max_examples=20)
@given(SEEDS)
def test_metrics_are_those_of_scikit_learn(seed):
    made = drawn(seed)
    y, p = made.answers, made.predicted.astype(int)
    assert made.macro_f1().value == pytest.approx(metrics.f1_score(y, p, average="macro", zero_division=0))
    assert micro_f1(made).value == pytest.approx(metrics.f1_score(y, p, average="micro"))
    assert exact_match(made).values.mean() == pytest.approx(metrics.accuracy_score(y, p))
    expected = metrics.average_precision_score(y, made.scores, average="macro")
    assert mean_average_precision(made).value == pytest.approx(expected)


@settings(max_examples=5)
@given(SEEDS)
def test_influences_are_derivatives_by_the_weight_of_a_query(follows, seed):
    made = drawn(seed)
    y, p, s = made.answers, made.predicted.astype(int), made.scores
    follows(made.macro_f1(), lambda w: metrics.f1_score(y, p, average="macro", sample_weight=w, zero_division=0))
    follows(micro_f1(made), lambda w: metrics.f1_score(y, p, average="micro", sample_weight=w))
    follows(mean_average_precision(made), lambda w: metrics.average_precision_score(y, s, sample_weight=w))


def test_a_label_that_nothing_has_is_left_out():
    scores, answers = np.array([[1.0, -1.0], [-1.0, -1.0]]), np.array([[1, 0], [0, 0]])
    made = Labels(scores, answers)
    assert made.macro_f1().value == 1.0
    assert mean_average_precision(made).value == 1.0


NONE = np.zeros((3, 2), int)


@pytest.mark.parametrize(
    ("metric", "scores", "reason"),
    [
        (Labels.macro_f1, NONE - 1.0, "no test query has a label or is given one"),
        (micro_f1, NONE - 1.0, "no test query has a label or is given one"),
        (mean_average_precision, NONE + 1.0, "no test query has any label"),
    ],
)
def test_where_a_metric_is_undefined(metric, scores, reason):
    with pytest.raises(Undefined, match=reason):
        metric(Labels(scores, NONE))


def test_labels_given_to_none_that_has_them_are_wrong_and_not_undefined():
    assert micro_f1(Labels(NONE + 1.0, NONE)).value == 0.0


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        (np.array([[0, 1], [1, 1]]), None),
        (np.array([[True, False]]), None),
        (np.array([0, 1]), "expected answers [n, 2] of 0 and 1, got int64[2]"),
        (np.array([[0.0, 1.0]]), "got float64[1, 2]"),
        (np.array([[0, 1], [-1, 1]]), "got -1 in row 1"),
    ],
)
def test_answers_are_0_and_1(answers, wrong):
    got = MultiLabel(("red", "round")).problem(answers)
    assert got is None if wrong is None else wrong in got


def test_training_minimises_what_validators_maximise():
    task, made = MultiLabel(("a", "b", "c")), drawn(1)
    loss = task.loss(torch.tensor(made.scores), torch.tensor(made.answers)).item()
    assert task.merit(made).mean() == pytest.approx(-loss)


def test_predictions_show_probabilities_that_huge_scores_do_not_break():
    shown = MultiLabel(("a", "b", "c")).shown(np.array([[0.0, 1e4, -1e4]]))
    assert shown.tolist() == [[0.5, 1.0, 0.0]]
