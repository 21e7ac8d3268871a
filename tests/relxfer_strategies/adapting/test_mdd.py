"""MDD: the disparity of an adversarial head, and who moves against whom."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_strategies.adapting.mdd import MDD, MDDOptions, disparity

from relxfer.authoring.adversary import ramp

pytestmark = pytest.mark.processor


def sample(rows, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(rows, 3))).float()


def test_disparity_is_that_of_the_probabilities():
    source, target = sample(4), sample(5, 1)
    source_answers, target_answers = torch.tensor([0, 1, 2, 0]), torch.tensor([0, 1, 2, 0, 1])
    p, q = source.softmax(1), target.softmax(1)
    expected = -2 * p[range(4), source_answers].log().mean() - (1 - q[range(5), target_answers]).log().mean()
    found = disparity(source, source_answers, target, target_answers, 2.0)
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)


def test_disparity_is_finite_where_the_adversary_is_sure():
    target = torch.tensor([[200.0, 0.0, 0.0]], requires_grad=True)
    value = disparity(target.detach(), torch.tensor([0]), target, torch.tensor([0]), 1.0)
    value.backward()
    assert value.item() == pytest.approx(200 - np.log(2), rel=1e-3)
    assert target.grad.isfinite().all()


def test_the_loss_adds_the_disparity_of_the_adversary_from_the_head(cell, fitted):
    fit = fitted(MDD, MDDOptions(margin_factor=3.0))
    source, target = fit.batches()
    adversary, learner = fit.keep["adversary"], cell.learner
    added = disparity(
        adversary(learner.features(source)), learner.scores(source).argmax(1),
        adversary(learner.features(target)), learner.scores(target).argmax(1), 3.0,
    )  # fmt: skip
    assert fit.loss().item() == pytest.approx((learner.loss(source) + added).item(), rel=1e-5)


def test_the_features_get_the_reversed_gradient_times_its_factor(cell, fitted):
    """d loss / d body = d task - reversal_factor · ramp(p) · d disparity."""
    fit = fitted(MDD, MDDOptions(reversal_factor=0.7))
    source, target = fit.batches()
    adversary, learner, body = fit.keep["adversary"], cell.learner, cell.learner.module["body"]
    added = disparity(
        adversary(learner.features(source)), learner.scores(source).argmax(1),
        adversary(learner.features(target)), learner.scores(target).argmax(1), 4.0,
    )  # fmt: skip
    by_task = torch.autograd.grad(learner.loss(source), list(body.parameters()))
    by_disparity = torch.autograd.grad(added, list(body.parameters()))
    for found, task, other in zip(fit.gradients(body, 0.2), by_task, by_disparity, strict=True):
        torch.testing.assert_close(found, task - 0.7 * ramp(0.2) * other)
