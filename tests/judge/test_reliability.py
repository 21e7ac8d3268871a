"""The calibration error is 0 where probabilities are right, and what they are off by where they are not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from relxfer.contract.data import Examples
from relxfer.judge import reliability
from relxfer.judge.metrics.classification import Classification, softmax
from relxfer.judge.metrics.known_answers import known_answers
from relxfer.judge.metrics.multi_label import MultiLabel
from relxfer.judge.metrics.ranking import Ranking
from relxfer.judge.metrics.regression import Regression
from relxfer.judge.reliability import Confident, Watch, bins, competing, ece, taken_from
from relxfer.store import stored_names


def test_by_hand():
    sure, right = np.array([0.2, 0.2, 0.8, 0.8]), np.array([0, 0, 1, 0])
    made = bins(sure, right, np.arange(4))
    assert (made[0].probability, made[0].right) == (0.2, 0.0)
    assert sum(each.share for each in made) == pytest.approx(1)
    assert ece(bins(np.full(4, 0.5), np.array([1, 0, 1, 0]), np.arange(4))) == 0.0


def test_right_probabilities_have_little_error_and_wrong_ones_theirs():
    rng = np.random.default_rng(0)
    sure = rng.random(20_000)
    right = rng.random(20_000) < sure
    items = np.arange(20_000)
    assert ece(bins(sure, right, items)) < 0.015
    assert ece(bins(np.sqrt(sure), right, items)) == pytest.approx(np.mean(np.sqrt(sure) - sure), abs=0.01)


def test_bins_stay_in_order_and_are_of_equal_shares():
    rng = np.random.default_rng(1)
    sure = rng.random(300)
    made = bins(sure, rng.random(300) < sure, np.arange(300))
    assert 1 < len(made) <= reliability.MOST_BINS
    assert all(a.right <= b.right and a.probability <= b.probability for a, b in pairwise(made))
    assert max(each.share for each in made) - min(each.share for each in made) < 0.01


def test_queries_of_an_item_count_as_one():
    sure, right = np.array([0.9, 0.9, 0.9, 0.1]), np.array([1, 1, 1, 0])
    both = bins(sure, right, np.array([0, 0, 0, 1]))
    assert sum(each.share * each.right for each in both) == pytest.approx(0.5)


def test_without_queries_there_are_no_bins():
    assert bins(np.zeros(0), np.zeros(0), np.zeros(0)) == []


def watched(task, asked, scores, known=(), after=None):
    watch = Watch(task, asked, known, softmax if task.kind != "multi-label" else task.shown, after)
    passed = list(watch.passed(iter(np.array_split(scores, 2))))
    assert np.array_equal(np.concatenate(passed), scores), "they pass as they are"
    return watch.arrays


def test_the_best_answer_is_watched():
    asked = Examples(None, np.arange(3), np.array([0, 1, 1]))
    scores = np.log(np.array([[0.8, 0.2], [0.6, 0.4], [0.1, 0.9]]))
    found = watched(Classification(("a", "b")), asked, scores, after=lambda s: np.full(s.shape, 0.5))
    assert np.allclose(found[stored_names.CONFIDENCE], [0.8, 0.6, 0.9])
    assert found[stored_names.RIGHT].tolist() == [True, False, True]
    assert found[stored_names.CALIBRATED].tolist() == [0.5] * 3
    confident = taken_from(found)
    assert found == {}
    assert confident is not None
    assert confident.judged(np.arange(3)).items == 3


def test_known_answers_do_not_compete_in_a_ranking():
    queries = np.array([[0, 0], [1, 0]])
    asked = Examples(None, queries, np.array([1, 2]))
    known = [Examples(None, queries[:1], np.array([0])), asked]
    scores = np.log(np.array([[0.9, 0.08, 0.02], [0.5, 0.3, 0.2]]))
    found = watched(Ranking(("a", "b", "c"), open=True), asked, scores, known)
    assert np.allclose(found[stored_names.CONFIDENCE], [0.8, 0.5])
    assert found[stored_names.RIGHT].tolist() == [True, False]
    made = competing(scores, asked.answers, known_answers(queries, known))
    assert np.isneginf(made).tolist() == [[True, False, False], [False, False, False]]


def test_every_label_is_watched():
    asked = Examples(None, np.arange(2), np.array([[1, 0], [1, 1]]))
    found = watched(MultiLabel(("a", "b")), asked, np.zeros((2, 2)))
    assert found[stored_names.CONFIDENCE].tolist() == [[0.5, 0.5]] * 2
    made = Confident(found[stored_names.CONFIDENCE], found[stored_names.RIGHT]).judged(np.arange(2))
    assert made.before == pytest.approx(0.25)
    assert made.after is None


def test_numbers_have_no_probability():
    asked = Examples(None, np.arange(2), np.array([1.0, 2.0]))
    assert watched(Regression(("x",)), asked, np.zeros((2, 1))) == {}


@pytest.mark.parametrize("scores", [np.zeros((3, 5)), np.full((3, 2), np.nan), np.zeros((2, 2))])
def test_what_the_task_will_refuse_is_not_watched(scores):
    asked = Examples(None, np.arange(3), np.array([0, 1, 1]))
    watch = Watch(Classification(("a", "b")), asked, [], softmax, None)
    list(watch.passed([scores]))
    assert watch.arrays == {}
