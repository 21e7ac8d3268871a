"""Regression: metrics against scikit-learn and scipy, influences against derivatives, and what a head learns."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats
from sklearn import metrics

from relxfer.contract.data import Domain, Examples
from relxfer.contract.metrics import Undefined
from relxfer.errors import Incompatible
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.regression import Regression, Values, mae, r2, rmse, spearman

SEEDS = some.integers(0, 10_000)


def drawn(seed: int, n: int = 30, columns: int = 1) -> Values:
    rng = np.random.default_rng(seed)
    answers = rng.normal(3, 2, (n, columns))
    return Values(answers + rng.normal(0.3, 1, (n, columns)), answers)


@settings(max_examples=20)
@given(SEEDS, some.integers(1, 3))
def test_metrics_are_those_of_scikit_learn_and_scipy(seed, columns):
    made = drawn(seed, columns=columns)
    p, y = made.scores, made.answers
    assert rmse(made).value == pytest.approx(metrics.root_mean_squared_error(y, p))
    assert mae(made).values.mean() == pytest.approx(metrics.mean_absolute_error(y, p))
    assert r2(made).value == pytest.approx(metrics.r2_score(y, p))
    expected = np.mean([stats.spearmanr(p[:, c], y[:, c]).statistic for c in range(columns)])
    assert spearman(made).value == pytest.approx(expected)


@settings(max_examples=10)
@given(SEEDS)
def test_influences_are_derivatives_by_the_weight_of_a_query(follows, seed):
    made = drawn(seed, 12, 2)
    p, y = made.scores, made.answers
    follows(rmse(made), lambda w: metrics.root_mean_squared_error(y, p, sample_weight=w))
    follows(r2(made), lambda w: metrics.r2_score(y, p, sample_weight=w))


@settings(max_examples=10)
@given(SEEDS)
def test_influences_on_a_rank_correlation_are_those_of_a_correlation_of_ranks(follows, seed):
    made = drawn(seed, 12)
    ours, theirs = (stats.rankdata(of[:, 0]) for of in (made.scores, made.answers))

    def weighted(w: np.ndarray) -> float:
        table = np.cov(ours, theirs, aweights=w, ddof=0)
        return float(table[0, 1] / np.sqrt(table[0, 0] * table[1, 1]))

    follows(spearman(made), weighted)


def test_influences_on_a_rank_correlation_are_near_those_of_the_jackknife(jackknifed):
    """The ranks of the others are held fixed: the spread, of which intervals are made, is right within 15 %."""
    made = drawn(5, 400)
    left_out = jackknifed(spearman, Values, made.scores, made.answers)
    ours = spearman(made).influences
    assert np.corrcoef(ours, left_out)[0, 1] > 0.9
    assert ours.std() == pytest.approx(left_out.std(), rel=0.15)


@given(SEEDS)
def test_ties_have_their_mean_rank(seed):
    rng = np.random.default_rng(seed)
    p, y = np.r_[0.0, 1.0, rng.integers(0, 3, 20)], np.r_[1.0, 0.0, rng.integers(0, 3, 20)]
    made = spearman(Values(p[:, None], y[:, None]))
    assert made.value == pytest.approx(stats.spearmanr(p, y).statistic)
    assert made.influences.sum() == pytest.approx(0, abs=1e-9)


EQUAL, APART = np.ones((4, 1)), np.arange(4.0)[:, None]


@pytest.mark.parametrize(
    ("metric", "scores", "answers", "reason"),
    [
        (r2, APART, EQUAL, "all test answers are equal"),
        (r2, np.tile(APART, 2), np.hstack([APART, EQUAL]), "all test answers are equal"),
        (spearman, APART, EQUAL, "all test answers are equal"),
        (spearman, EQUAL, APART, "all predictions are equal"),
        (rmse, APART[:0], APART[:0], "there are no test queries"),
    ],
)
def test_where_a_metric_is_undefined(metric, scores, answers, reason):
    with pytest.raises(Undefined, match=reason):
        metric(Values(scores, answers))


def test_perfect_predictions_have_no_error_and_no_influence():
    made = rmse(Values(APART, APART))
    assert made.value == 0
    assert made.influences.tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        (np.array([1.0, 2.0]), None),
        (np.array([1, 2]), None),
        (np.array([[1.0], [2.0]]), None),
        (np.array([[1.0, 2.0]]), "expected answers [n, 1] as numbers, got float64[1, 2]"),
        (np.array(["1"]), "as numbers"),
        (np.array([1.0, np.inf]), "got inf in row 1"),
    ],
)
def test_answers_are_finite_numbers(answers, wrong):
    got = Regression(("price",)).problem(answers)
    assert got is None if wrong is None else wrong in got


def test_several_numbers_need_a_column_each():
    assert "answers [n, 2]" in Regression(("x", "y")).problem(np.zeros(3))
    assert Regression(("x", "y")).problem(np.zeros((3, 2))) is None


def test_a_head_learns_in_the_unit_of_the_labels_and_predicts_in_that_of_the_data():
    task, labels = Regression(("price", "age")), np.array([[1000.0, 1.0], [3000.0, 1.0], [5000.0, 1.0]])
    scale = task.scale(labels)
    assert scale.tolist() == [[3000.0, 1.0], [np.std([1000, 3000, 5000]), 1.0]]
    outputs = (labels - scale[0]) / scale[1]
    assert task.decoded(outputs, scale) == pytest.approx(labels)
    perfect = task.loss(torch.tensor(outputs), torch.tensor(labels), torch.tensor(scale))
    assert perfect.item() == pytest.approx(0)
    assert task.loss(torch.zeros(3, 2), torch.tensor(labels), torch.tensor(scale)).item() == pytest.approx(0.5)


def test_one_number_may_be_a_vector():
    task = Regression(("price",))
    assert task.loss(torch.ones(2, 1), torch.tensor([0.0, 1.0])).item() == 0.5
    made = task.results({"scores": np.ones((2, 1), np.float32), "answers": np.array([0, 1])})
    assert made.errors.tolist() == [[1.0], [0.0]]


def test_merit_counts_each_number_in_its_own_unit():
    answers = np.array([[0.0, 0.0], [1000.0, 1.0]])
    task = Regression(("price", "age"))
    by_price = task.merit(Values(answers + [[500.0, 0.0]], answers))
    by_age = task.merit(Values(answers + [[0.0, 0.5]], answers))
    assert by_price == pytest.approx(by_age)
    assert (by_price < task.merit(Values(answers, answers))).all()


def test_classes_whose_names_are_numbers_can_be_asked_for_as_numbers():
    examples = Examples("inputs", np.arange(3), np.array([0, 1, 1]))
    domain = Domain("d", Classification(("2.5", "7")), train=examples, unlabelled=examples.hidden(), test=examples)
    posed = Regression().posed(domain)
    assert posed.task == Regression(("number",))
    assert posed.train.answers.tolist() == [[2.5], [7.0], [7.0]]
    assert posed.val is None
    assert posed.unlabelled.answers is None
    with pytest.raises(Incompatible, match="classes are numbers, got classification of 2, many"):
        Regression().posed(Domain("d", Classification(("2", "many"))))
