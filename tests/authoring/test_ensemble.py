"""Ensembles average scores or probabilities, whatever blocks their members yield."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from relxfer.authoring.ensemble import Ensemble, EnsembleLearner, load
from relxfer.errors import Incompatible, UnfitArtefact


class Member:
    """A learner that yields given scores in blocks of one size."""

    def __init__(self, scores: np.ndarray, block: int):
        self.scores, self.block = scores, block

    def predict(self, examples: Any):
        for start in range(0, len(examples), self.block):
            yield self.scores[start : min(start + self.block, len(examples))]

    def export(self):
        return f"model of {self.block}"

    def notes(self):
        return ["prepared", f"in blocks of {self.block}"]

    def prepares(self):
        return {"block": self.block}


@pytest.fixture
def scores() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 5, (3, 17, 4)).astype(np.float32)


def learner(scores, *blocks, **named):
    return EnsembleLearner([Member(*each) for each in zip(scores, blocks, strict=True)], **named)


@pytest.mark.parametrize("blocks", [(17, 17, 17), (1, 5, 17), (4, 6, 100)])
def test_the_mean_of_scores(scores, blocks):
    made = np.concatenate([*learner(scores, *blocks, weights=[1, 2, 1]).predict(range(17))])
    assert np.allclose(made, (scores[0] + 2 * scores[1] + scores[2]) / 4, atol=1e-6)


@pytest.mark.parametrize("blocks", [(17, 17, 17), (3, 5, 7)])
def test_the_mixture_of_probabilities(scores, blocks):
    def softmax(of):
        raised = np.exp(of.astype(float) - of.max(-1, keepdims=True))
        return raised / raised.sum(-1, keepdims=True)

    made = np.concatenate([*learner(scores, *blocks, mean="probabilities").predict(range(17))])
    assert np.allclose(softmax(made), softmax(scores).mean(0), atol=1e-6)


def test_far_scores_keep_their_order():
    scores = np.array([[[0.0, -300.0, -600.0]], [[0.0, -301.0, -600.0]]])
    (made,) = learner(scores, 1, 1, mean="probabilities").predict(range(1))
    assert made[0, 0] > made[0, 1] > made[0, 2] > -np.inf


def test_it_is_exported_with_all_its_members(scores):
    made = learner(scores, 1, 2, 3, weights=[1, 1, 2], mean="probabilities").export()
    assert made.members == ("model of 1", "model of 2", "model of 3")
    arrays, card = made.state()
    assert arrays["weights"].tolist() == [0.25, 0.25, 0.5]
    again = load(None, arrays, card, made.members)
    attached = again.attach([Member(each, 4) for each in scores], None)
    before = learner(scores, 4, 4, 4, weights=[1, 1, 2], mean="probabilities")
    assert np.allclose(*(np.concatenate([*each.predict(range(17))]) for each in (before, attached)))


def test_what_members_say_is_said_once(scores):
    made = learner(scores, 1, 2, 1)
    assert made.notes() == ["prepared", "in blocks of 1", "in blocks of 2"]
    assert made.prepares() == {"block": 1}
    assert EnsembleLearner([object()]).notes() == []


def test_it_is_not_trained_as_a_whole(scores):
    with pytest.raises(Incompatible, match="train its members"):
        learner(scores, 1, 1, 1).learn([], None)


@pytest.mark.parametrize(
    "named", [{"weights": [1]}, {"weights": [1, 0]}, {"weights": [1, np.nan]}, {"mean": "median"}, {"mean": ["scores"]}]
)
def test_other_weights_and_means_are_refused(named):
    for made in (Ensemble, EnsembleLearner):
        with pytest.raises(ValueError, match="expected"):
            made([object(), object()], **named)


def test_nobody_answers():
    with pytest.raises(ValueError, match="at least one model"):
        Ensemble([])


@pytest.mark.parametrize(
    ("arrays", "card"),
    [(None, None), ({}, {"mean": "scores"}), ({"weights": np.ones(3)}, {"mean": "scores"}),
     ({"weights": np.ones(2)}, {}), ({"weights": np.ones(2)}, {"mean": 3})],
)  # fmt: skip
def test_a_file_of_something_else_is_refused(arrays, card):
    with pytest.raises(UnfitArtefact, match="an ensemble of 2 models"):
        load(None, arrays, card, ["one", "other"])
