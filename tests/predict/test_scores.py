"""From scores to what is shown: of one model, of several, and of answers that a question says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from relxfer import Classification, Domain, Examples, Regression
from relxfer.judge.metrics.ranking import Ranking
from relxfer.predict import scores
from relxfer.predict.chosen import ChosenRow, Member


@dataclass
class Fixed:
    """A learner with a score of each candidate for each query, in blocks of a size."""

    values: np.ndarray
    size: int = 2

    def predict(self, examples):
        assert examples.answers is None
        for start in range(0, len(examples), self.size):
            yield self.values[examples.queries[start : start + self.size]]


def row(task, *members, train=None):
    return ChosenRow("it", members, Domain("d", task, "x", "sha", train=train), "id")


ONE, TWO = np.log([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]]), np.log([[0.5, 0.5], [0.4, 0.6], [0.1, 0.9]])
CLASSES = Classification(("cat", "dog"))
ASKED = Examples("x", np.array([0, 1, 2]))


def mean(chosen):
    return np.concatenate(list(scores.shown(chosen, ASKED)))


def test_several_models_answer_by_the_mean_of_their_probabilities(monkeypatch):
    both = row(CLASSES, Member(Fixed(ONE)), Member(Fixed(TWO, size=3)))
    assert mean(both) == pytest.approx((np.exp(ONE) + np.exp(TWO)) / 2)
    whole = mean(both)
    monkeypatch.setattr(scores, "_BYTES", 1)
    assert mean(both).tolist() == whole.tolist(), "however few queries fit into memory"


def test_calibrated_probabilities_are_averaged_as_they_are():
    half = Member(Fixed(ONE), lambda block: np.full(block.shape, 0.5))
    both = row(CLASSES, half, Member(Fixed(TWO)))
    assert mean(both) == pytest.approx((0.5 + np.exp(TWO)) / 2)
    assert both.shows == "probability"


def test_scores_of_a_ranking_are_brought_to_one_scale_and_numbers_are_not():
    loud = row(Ranking(("a", "b"), open=True), Member(Fixed(ONE)), Member(Fixed(TWO + 1000)))
    assert mean(loud) == pytest.approx((np.exp(ONE) + np.exp(TWO)) / 2)
    numbers = row(Regression(("age", "height")), Member(Fixed(ONE)), Member(Fixed(TWO)))
    assert mean(numbers) == pytest.approx((ONE + TWO) / 2)


def test_an_answer_that_is_said_has_its_own_rank_among_all_that_are_not_known():
    values = np.array([[5.0, 4.0, 3.0, 3.0]] * 3)
    train = Examples("x", np.array([0]), np.array([0]))
    chosen = row(Ranking(("a", "b", "c", "d"), open=True), Member(Fixed(values)), train=train)
    asked = Examples("x", np.array([0, 1, 2]), np.array([2, 0, -1]))
    (first, second) = scores.best(chosen, asked, 2, keep_known=False)
    assert first.answers.tolist() == [[2, -1], [0, -1]]
    assert first.ranks[:, 0].tolist() == [3, 1], "a is known of the first; c and d tie, so that the rank is rounded up"
    assert first.scores[:, 0].tolist() == [3.0, 5.0]
    assert second.answers.tolist() == [[0, 1]]
    (kept, _) = scores.best(chosen, asked, 2, keep_known=True)
    assert kept.ranks[0, 0] == 4


def test_a_learner_that_finds_the_best_by_itself_is_asked_alone_only():
    class Top(Fixed):
        def top(self, examples, k, known):
            yield np.zeros((3, 1), int), np.ones((3, 1))

    task = Ranking(("a", "b"), open=True)
    assert [best.scores.tolist() for best in scores.best(row(task, Member(Top(ONE))), ASKED, 1, True)] == [[[1.0]] * 3]
    several = scores.best(row(task, Member(Top(ONE)), Member(Top(TWO))), ASKED, 1, True)
    assert next(several).answers.tolist() == [[0], [1], [1]]
