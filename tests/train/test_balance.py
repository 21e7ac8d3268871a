"""Classes that count equally, however many labels each has."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from relxfer.authoring.torch_learner import TaskLearner
from relxfer.contract.data import Examples
from relxfer.contract.options import TrainingOptions
from relxfer.errors import Incompatible
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.regression import Regression
from relxfer.train import balance
from relxfer.train.trainer import PhaseTrainer

LABELS = np.array([0] * 27 + [2] * 3)
EXAMPLES = Examples(np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32), np.arange(30), LABELS)


class Learner(TaskLearner):
    """A linear layer."""

    def __init__(self, task=None):
        network = nn.Module()
        network.head = nn.Linear(4, 3)
        super().__init__(SimpleNamespace(network=network), task or Classification(answers=("a", "b", "c")))
        self.seen: list[int] = []

    def features(self, batch):
        return batch.x

    def batch(self, examples, rows, rng):
        self.seen += rows.tolist()
        rows = examples.queries[rows]
        answers = examples.answers
        labels = None if answers is None else torch.from_numpy(answers[rows])
        return SimpleNamespace(x=torch.from_numpy(examples.inputs[rows]), labels=labels)


def fitted(tmp_path, learner, *streams, **options):
    losses = []

    def loss(step, *batches):
        losses.append(learner.loss(batches[0]) if batches[0].labels is not None else learner.head(batches[0].x).sum())
        return losses[-1]

    training = TrainingOptions(**{"steps": 30, "batch_size": 10, "validations": 0, **options})
    PhaseTrainer(training, tmp_path, 0).fit(learner, loss, *streams)
    return losses


def test_sampling_draws_every_class_equally_often(tmp_path):
    learner = Learner()
    fitted(tmp_path, learner, EXAMPLES, balance="sampling")
    drawn = np.bincount(LABELS[learner.seen], minlength=3)
    assert drawn.sum() == 300
    assert abs(drawn[2] - 150) < 3 * np.sqrt(300 / 4)
    assert len(set(learner.seen)) > 25, "and every row"


def test_unset_every_row_is_drawn_equally_often(tmp_path):
    learner = Learner()
    fitted(tmp_path, learner, EXAMPLES)
    assert np.bincount(learner.seen).tolist() == [10] * 30


def test_the_loss_is_weighted_and_no_longer_after_the_fit(tmp_path):
    learner = Learner()
    whole = learner.batch(EXAMPLES, np.arange(30), None)
    plain = learner.loss(whole)
    each = F.cross_entropy(learner.scores(whole), whole.labels, reduction="none")
    expected = (each[:27].mean() + each[27:].mean()) / 2
    (first,) = fitted(tmp_path, learner, EXAMPLES, balance="loss", steps=1, batch_size=30)
    assert first.item() == pytest.approx(expected.item(), abs=1e-6)
    assert expected.item() != pytest.approx(plain.item(), abs=1e-3)
    again = learner.loss(whole)
    assert again.item() == pytest.approx(F.cross_entropy(learner.scores(whole), whole.labels).item())


def test_weights_are_of_the_labels_of_all_streams():
    learner = Learner()
    with balance.weighted(learner, [EXAMPLES, EXAMPLES.hidden(), EXAMPLES.take(np.arange(27))]):
        assert learner.class_weights == pytest.approx({0: 57 / (2 * 54), 2: 57 / (2 * 3)})


@pytest.mark.parametrize("way", ["sampling", "loss"])
def test_streams_without_answers_stay_as_they_are(tmp_path, way):
    learner = Learner()
    fitted(tmp_path, learner, EXAMPLES.hidden(), balance=way)
    assert np.bincount(learner.seen).tolist() == [10] * 30


@pytest.mark.parametrize("way", ["sampling", "loss"])
@pytest.mark.parametrize("learner", [Learner(Regression(answers=("y",))), SimpleNamespace(module=nn.Linear(1, 1))])
def test_a_task_without_classes_is_refused(tmp_path, way, learner):
    with pytest.raises(Incompatible, match=r"a task with classes for training\.balance"):
        fitted(tmp_path, learner, EXAMPLES, balance=way)


def test_a_learner_that_takes_no_weights_is_refused(tmp_path):
    learner = SimpleNamespace(module=nn.Linear(1, 1), task=Classification(answers=("a", "b", "c")))
    with pytest.raises(Incompatible, match='write balance = "sampling"'):
        fitted(tmp_path, learner, EXAMPLES, balance="loss")
