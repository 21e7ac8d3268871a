"""One phase: when it validates, which rates it has, what it keeps, and what it refuses."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from relxfer.contract.data import Examples
from relxfer.contract.options import TrainingOptions
from relxfer.contract.strategies import Update
from relxfer.errors import PluginError, TrainingDiverged
from relxfer.train.batches import Streams
from relxfer.train.groups import groups_of
from relxfer.train.phase import Fit


class Line:
    """One number that is to become 3: the gradient of (w - 3)^2 / 2 is w - 3."""

    def __init__(self):
        self.module = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(self.module.weight)

    def batch(self, examples, rows, rng):
        return SimpleNamespace(rows=rows)

    def loss(self, step=None, batch=None):
        return (self.module.weight - 3).pow(2).sum() / 2


@pytest.fixture
def fit(tmp_path):
    """Four steps of plain gradient descent with a rate of 0.5, unless told otherwise."""

    def make(learner=None, loss=None, select=None, keep=None, **options) -> Fit:
        learner = learner or Line()
        options = {"steps": 4, "optimizer": "sgd", "lr": 0.5, "weight_decay": 0.0, "validations": 0} | options
        groups = groups_of(learner, None)
        training = TrainingOptions(**options)
        examples = Examples("inputs", np.arange(8))
        return Fit(
            learner=learner,
            updates=[Update(loss or learner.loss, tuple(groups))],
            streams=Streams(learner, [examples], training.batch_size, (0, "fit-0"), False),
            groups=groups,
            keep=keep or {},
            still=(),
            options=training,
            steps=training.steps,
            path=tmp_path / "fit-0.part.safetensors",
            place=(0, "fit-0"),
            select=select,
        )

    return make


def test_steps_follow_the_gradient(fit):
    made = fit()
    made.run()
    assert made.learner.module.weight.item() == pytest.approx(3 * (1 - 0.5**4))
    assert made.progress.step == 4
    assert made.trained == 1


@pytest.mark.parametrize(
    ("steps", "validations", "expected"),
    [(4, 0, set()), (4, 2, {0, 2, 4}), (4, 9, {0, 1, 2, 3, 4}), (10, 3, {0, 3, 7, 10})],
)
def test_validation_points_are_spread_evenly_from_start_to_end(fit, steps, validations, expected):
    assert fit(steps=steps, validations=validations)._points() == expected


def test_without_steps_there_are_no_validation_points(fit):
    made = fit(validations=2)
    made.steps = 0
    assert made._points() == set()


def test_a_longer_gradient_is_scaled_to_the_norm_and_a_shorter_one_is_not(fit):
    learner, steps = Line(), []

    def loss(step, batch):
        steps.append(learner.module.weight.item())
        return learner.loss()

    fit(learner, loss, clip_norm=2.0).run()
    assert steps == pytest.approx([0, 1, 2, 2.5], abs=1e-5), "gradients of 3, 2, 1, 0.5 at a rate of 0.5"


def test_the_norm_is_that_of_all_groups_of_an_update_together(fit):
    learner = Line()
    learner.module = nn.Linear(1, 2, bias=False)
    nn.init.zeros_(learner.module.weight)
    slopes = torch.tensor([[3.0], [4.0]])
    made = fit(learner, lambda step, batch: (learner.module.weight * slopes).sum(), steps=1, clip_norm=1.0, lr=1.0)
    made.run()
    assert learner.module.weight.flatten().tolist() == pytest.approx([-0.6, -0.8], abs=1e-5)


def test_rates_rise_before_they_follow_the_schedule(fit):
    made = fit(steps=5, warmup=0.4, schedule="linear")
    made.run()
    moved = 0.0
    for factor in (0.5, 1, 1, 2 / 3, 1 / 3):
        moved += 0.5 * factor * (3 - moved)
    assert made.learner.module.weight.item() == pytest.approx(moved)


def averages(decay=0.5):
    """Of the weights of four steps from 0, with the ramp."""
    average, courses = 0.0, []
    for step, weight in enumerate([3 * (1 - 0.5**n) for n in range(1, 5)], 1):
        kept = min(decay, (1 + step) / (10 + step))
        average = kept * average + (1 - kept) * weight
        courses.append(average)
    return courses


def test_the_average_is_what_is_validated_and_kept(fit):
    seen = []

    def select(learner):
        seen.append(learner.module.weight.item())
        return -len(seen) if len(seen) != 3 else 1.0

    made = fit(select=select, validations=4, ema=0.25)
    made.run()
    assert seen == pytest.approx([0.0, *averages(0.25)])
    assert made.learner.module.weight.item() == pytest.approx(averages(0.25)[1])


def test_without_a_validator_the_average_of_all_steps_is_kept(fit):
    made = fit(ema=0.25)
    made.run()
    assert made.learner.module.weight.item() == pytest.approx(averages(0.25)[-1])


def test_the_best_weights_are_those_of_the_end_and_a_tie_goes_to_the_later_one(fit):
    scores = iter([0.1, 0.7, 0.7, 0.2, 0.3])
    made = fit(select=lambda learner: next(scores), validations=4)
    made.run()
    assert (made.progress.best, made.progress.best_step) == (0.7, 2)
    assert made.learner.module.weight.item() == pytest.approx(3 * (1 - 0.5**2))


def test_a_validator_that_gives_no_number_is_told(fit):
    with pytest.raises(TrainingDiverged, match="a number from the validator, got NaN at step 0"):
        fit(select=lambda learner: math.nan, validations=1).run()


def test_gradients_that_are_no_numbers_are_told_though_the_loss_is_one(fit):
    learner = Line()

    def loss(step, batch):
        return torch.sqrt(learner.module.weight).sum()  # 0, with an infinite slope

    with pytest.raises(TrainingDiverged, match="finite gradients"):
        fit(learner, loss).run()


@pytest.mark.parametrize("returned", [None, 1.0, [1]])
def test_a_loss_that_is_no_tensor_is_told(fit, returned):
    with pytest.raises(PluginError, match="as a tensor of one number"):
        fit(loss=lambda step, batch: returned).run()


def test_what_a_strategy_keeps_is_frozen_and_in_eval_mode_until_the_end(fit):
    kept = nn.BatchNorm1d(1)
    seen = []
    learner = Line()

    def loss(step, batch):
        seen.append((kept.training, kept.weight.requires_grad, learner.module.training))
        return learner.loss()

    fit(learner, loss, keep={"other": kept}).run()
    assert set(seen) == {(False, False, True)}
    assert (kept.training, kept.weight.requires_grad) == (True, True)


@pytest.mark.parametrize(("options", "expected"), [({}, 3 * (1 - 0.5**4)), ({"ema": 0.25}, averages(0.25)[-1])])
def test_a_checkpoint_holds_all_that_a_resume_needs(fit, options, expected):
    learner = Line()

    def broken(step, batch):
        if step.index == 3:
            raise KeyboardInterrupt
        step.log(index=step.index)
        return learner.loss()

    with pytest.raises(KeyboardInterrupt):
        fit(learner, broken, checkpoint_seconds=0.0, **options).run()
    made = fit(**options)
    made.run()
    assert made.learner.module.weight.item() == pytest.approx(expected)
    assert made.progress.diagnostics == {"index": 1.0}, "the mean of what was logged before the interruption"
