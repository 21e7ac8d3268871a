"""One forward pass of every stream, and whose statistics are remembered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from relxfer.authoring.batch_norm import with_running_statistics
from relxfer.authoring.forward import forward

pytestmark = pytest.mark.processor


def batches(cell, *examples):
    return [cell.learner.batch(each, np.arange(16), np.random.default_rng(0)) for each in examples]


def test_features_scores_and_the_mean_of_the_sources_losses(cell):
    first, second, target = batches(cell, cell.sources[0].train, cell.target.train, cell.target.unlabelled)
    passed, learner = forward(cell.learner, [first, second, target]), cell.learner
    assert torch.equal(passed.source, torch.cat([learner.features(first), learner.features(second)]))
    assert torch.equal(passed.target, learner.features(target))
    assert [scores.shape for scores in passed.scores] == [(16, 3)] * 3
    assert passed.task_loss.item() == pytest.approx((learner.loss(first) + learner.loss(second)).item() / 2)


def test_running_statistics_follow_the_target_alone(cell):
    learner = cell.learner
    learner.module.train()
    source, target = batches(cell, cell.sources[0].train, cell.target.unlabelled)
    forward(learner, [source, target])
    (norm,) = with_running_statistics(learner.module)
    mean = learner.module["stem"][0](target.points).mean(0)
    assert torch.allclose(norm.running_mean, 0.1 * mean, atol=1e-6)
    assert norm.momentum == 0.1


def test_every_batch_is_normalised_by_its_own_statistics(cell):
    """In train mode a shift of a whole batch changes none of its features, whatever the other batch is."""
    cell.learner.module.train()
    cell.learner.module["stem"][3].p = 0.0
    source, target = batches(cell, cell.sources[0].train, cell.target.unlabelled)
    shifted = replace(source, points=source.points + 5.0)
    before, after = (forward(cell.learner, [each, target]) for each in (source, shifted))
    torch.testing.assert_close(after.source, before.source, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(after.target, before.target)
