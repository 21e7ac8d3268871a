"""Training that is asked to stop at a validation point goes on later as if it had never stopped."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from relxfer.contract.data import Examples
from relxfer.contract.options import TrainingOptions
from relxfer.train.stopping import Stopped
from relxfer.train.trainer import PhaseTrainer

SCORES = {0: 0.1, 3: 0.3, 6: 0.2, 9: 0.2, 12: 0.1}


class Line:
    def __init__(self):
        self.module = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(self.module.weight)

    def batch(self, examples, rows, rng):
        return SimpleNamespace(noise=float(rng.normal()))

    def loss(self, step, batch):
        return (self.module.weight - 3 - batch.noise).pow(2).sum() / 2


def trained(folder, stop_at, **options):
    """The weight, the validation points and the progress after a training that stops once at each of these steps."""
    points, waiting = [], list(stop_at)

    def emit(kind, **values):
        if kind != "epoch":
            return False
        points.append(values["step"])
        return bool(waiting) and values["step"] == waiting[0] and bool(waiting.pop(0) or True)

    training = TrainingOptions(steps=12, batch_size=4, validations=4, lr=0.1, checkpoint_seconds=1e9, **options)
    for _ in range(len(stop_at) + 1):
        learner = Line()
        select = lambda learner: SCORES[points[-1] + 3 if points else 0]  # noqa: E731
        trainer = PhaseTrainer(training, folder, 0, select=select, emit=emit)
        try:
            trainer.fit(learner, learner.loss, Examples("inputs", np.arange(8)))
            return learner.module.weight.detach().clone(), points, trainer.tally.phases["fit-0"]
        except Stopped as stop:
            where = (stop.phase, stop.step, folder.joinpath("fit-0.part.safetensors").exists())
            if where != ("fit-0", points[-1], True):
                raise AssertionError(where) from stop
    raise AssertionError("it did not end")


@pytest.mark.parametrize("options", [{}, {"patience": 2}, {"patience": 3}])
@pytest.mark.parametrize("stop_at", [[0], [3, 6], [9], [12], [0, 3, 6, 9]])
def test_nothing_is_lost_and_no_point_is_judged_twice(tmp_path, options, stop_at):
    whole = trained(tmp_path / "whole", [], **options)
    reached = [step for step in stop_at if step in whole[1]]
    parts = trained(tmp_path / "parts", reached, **options)
    assert torch.equal(parts[0], whole[0])
    assert parts[1] == whole[1]
    names = ("step", "best", "best_step", "stale", "loss", "validated")
    assert [getattr(parts[2], name) for name in names] == [getattr(whole[2], name) for name in names]


def test_patience_ends_a_training_at_the_same_point_as_before(tmp_path):
    assert trained(tmp_path, [], patience=2)[1] == [0, 3, 6, 9]


def test_a_strategy_that_tries_again_after_errors_lets_it_pass():
    assert not issubclass(Stopped, Exception)
