"""Sets hold the right answer as often as they say, and p is that of crepes where each item has one answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relxfer.contract.data import Examples
from relxfer.judge import conformal
from relxfer.judge.conformal import Conformity, measured, nonconformity
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.clustering import Clustering
from relxfer.judge.metrics.multi_label import MultiLabel
from relxfer.judge.metrics.ranking import Ranking
from relxfer.judge.metrics.regression import Regression

SCORES = st.lists(st.integers(0, 8).map(float), min_size=1, max_size=30)


def conformity(scores, groups=None, items=None) -> Conformity:
    scores = np.asarray(scores, float)
    groups = np.zeros(len(scores), int) if groups is None else np.asarray(groups)
    return Conformity(scores, groups, np.arange(len(scores)) if items is None else np.asarray(items))


@given(SCORES, st.floats(0.05, 0.95))
def test_every_score_is_covered_when_it_takes_its_turn_as_the_new_one(scores, level):
    """Exchangeability: of n + 1 scores, the share that lies in the set made of the n others is at least the level."""
    scores = [*scores, 3.0]
    covered = [
        conformity(np.delete(scores, i)).p_values(np.array([[score]]), np.array([[0]]))[0, 0] > 1 - level
        for i, score in enumerate(scores)
    ]
    assert np.mean(covered) >= level - 1e-9


@given(SCORES, st.floats(0.05, 0.95))
def test_an_interval_ends_where_p_falls_to_what_is_allowed(scores, level):
    of = conformity(scores)
    end = of.quantile(0, level)
    p = of.p_values(np.array([[end if np.isfinite(end) else 1e9, max(scores) if np.isinf(end) else end + 0.5]]),
                    np.array([[0]]))[0]  # fmt: skip
    if np.isinf(end):
        assert p[0] > 1 - level
    else:
        assert p[0] > 1 - level - 1e-9
        assert p[1] <= 1 - level + 1e-9


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_p_is_that_of_crepes(seed):
    crepes = pytest.importorskip("crepes", reason="crepes, the oracle of conformal prediction, is not installed")
    rng = np.random.default_rng(seed)
    known, asked = rng.normal(size=60).round(1), rng.normal(size=(25, 3)).round(1)
    of = crepes.ConformalClassifier().fit(known)
    expected = of.predict_p(asked, smoothing=False)
    assert np.allclose(conformity(known).p_values(asked, np.array([[0]])), expected)


def test_p_of_groups_is_that_of_crepes():
    crepes = pytest.importorskip("crepes", reason="crepes, the oracle of conformal prediction, is not installed")
    rng = np.random.default_rng(0)
    known, classes, asked = rng.normal(size=300), rng.integers(0, 3, 300), rng.normal(size=(25, 3))
    of = crepes.ConformalClassifier().fit(known, classes)
    expected = np.stack([of.predict_p(asked, np.full(25, c), smoothing=False)[:, c] for c in range(3)], 1)
    found = conformity(known, classes)
    assert found.own == 3
    assert np.allclose(found.p_values(asked, np.arange(3)[None, :]), expected)


def test_intervals_are_those_of_crepes():
    crepes = pytest.importorskip("crepes", reason="crepes, the oracle of conformal prediction, is not installed")
    rng = np.random.default_rng(1)
    residuals = rng.normal(size=97)  # no level falls on a residual, where rounding decides
    for level in (0.5, 0.8, 0.9, 0.95):
        made = crepes.ConformalRegressor().fit(residuals).predict_int(np.zeros(1), confidence=level)
        assert conformity(np.abs(residuals)).quantile(0, level) == pytest.approx(made[0, 1])


def test_the_answers_of_an_item_count_as_one():
    single = conformity([1.0, 2.0, 5.0])
    twice = conformity([1.0, 1.0, 2.0, 2.0, 5.0, 5.0], items=[0, 0, 1, 1, 2, 2])
    asked = np.array([[0.0, 1.5, 2.0, 9.0]])
    assert np.allclose(single.p_values(asked, np.array([[0]])), twice.p_values(asked, np.array([[0]])))


def test_small_groups_are_pooled():
    rng = np.random.default_rng(2)
    large = np.concatenate([rng.normal(0, 1, 60), rng.normal(5, 1, 60), rng.normal(9, 1, 3), rng.normal(9, 1, 41)])
    groups = np.repeat([0, 1, 2, 3], [60, 60, 3, 41])
    found = conformity(large, groups)
    assert found.own == 3
    asked = np.array([[0.0], [5.0], [5.0], [5.0]])
    p = found.p_values(asked, np.array([[0], [1], [2], [77]]))[:, 0]
    everything = conformity(large).p_values(asked, np.array([[0]]))[:, 0]
    assert p[0] == pytest.approx(conformity(large[:60]).p_values(asked[:1], np.array([[0]]))[0, 0])
    assert p[1] > 0.2
    assert p[2] == p[3] == everything[2], "three answers alone are too few, and so is their pool"


def test_scores_that_rounding_tells_apart_are_equal():
    of = conformity([1.0, 1.0 + 1e-9, 3.0])
    assert of.p_values(np.array([[1.0, 1.0 + 2e-9]]), np.array([[0]])).tolist() == [[1.0, 1.0]]


def test_what_is_measured_of_each_kind_of_answer():
    names = ("a", "b", "c")
    shown = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]])
    kinds, val = np.array([5, 6]), Examples(None, np.arange(2), np.array([0, 1]), units=np.array([3, 3]))
    closed = measured(Classification(names), shown, val, kinds)
    assert closed is not None
    assert np.allclose(closed.scores, -np.log([0.7, 0.1]))
    assert closed.groups.tolist() == [0, 1]
    assert closed.items.tolist() == [0, 0]
    ranked = measured(Ranking(names, open=True), shown, val, kinds)
    assert ranked is not None
    assert ranked.groups.tolist() == [5, 6]
    several = measured(MultiLabel(names), shown, Examples(None, np.arange(2), np.array([[1, 1, 0], [0, 0, 0]])), kinds)
    assert several is not None
    assert np.allclose(several.scores, -np.log([0.7, 0.2]))
    assert several.groups.tolist() == [0, 1]
    numbers = measured(Regression(("x",)), np.array([[1.0], [4.0]]), Examples(None, np.arange(2), np.array([2.0, 1.0])),
                       kinds)  # fmt: skip
    assert numbers is not None
    assert numbers.scores.tolist() == [1.0, 3.0]
    assert measured(Clustering(names), shown, val, kinds) is None


def test_what_is_impossible_conforms_least():
    assert np.isfinite(nonconformity(np.array([0.0]))).all()
    assert nonconformity(np.array([0.0]))[0] > nonconformity(np.array([1e-9]))[0]


def test_groups_have_sets_of_their_own_from_so_many_items():
    assert conformity(np.zeros(conformal.OWN)).own == 1
    assert conformity(np.zeros(conformal.OWN - 1)).own == 0
    assert conformity(np.zeros(2 * conformal.OWN - 2), items=np.repeat(np.arange(conformal.OWN - 1), 2)).own == 0
