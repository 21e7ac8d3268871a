"""DELTA: the distance of feature maps to the teacher's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_strategies.tuning.delta import Delta, DeltaOptions, maps

from relxfer.testing.blobs_net import BlobsModel

pytestmark = pytest.mark.processor


def computed(arrays):
    """What the body makes of some points."""
    network = BlobsModel(None, arrays).network.eval()
    points = torch.from_numpy(np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32))
    return network["body"](network["stem"](points)).detach()


def test_the_loss_is_the_task_s_with_both_penalties(cell, fitted):
    fit = fitted(Delta, DeltaOptions(feature_map_weight=0.3, head_penalty_weight=0.7))
    with torch.no_grad():
        for parameter in cell.learner.module["stem"].parameters():
            parameter += 0.5
    (batch,) = fit.batches()
    ours, theirs = cell.learner.module, cell.teacher.module
    stems = ours["stem"](batch.points), theirs["stem"](batch.points)
    bodies = ours["body"](stems[0]), theirs["body"](stems[1])
    moved = sum((a - b).square().mean() for a, b in (stems, bodies))
    size = ours["head"].weight.square().sum() + ours["head"].bias.square().sum()
    expected = cell.learner.loss(batch) + 0.3 * moved + 0.7 / 2 * size
    assert moved.item() > 0.01
    assert fit.loss().item() == pytest.approx(expected.item(), rel=1e-5)


def test_maps_are_the_outputs_of_the_inner_parts_and_hooks_go_afterwards(cell):
    points = torch.zeros(4, 2)
    with maps(cell.learner) as seen:
        stem = cell.learner.module["stem"](points)
        cell.learner.module["body"](stem)
    assert len(seen) == 1, "the output of the last part before the head is the features"
    assert torch.equal(seen[0], stem)
    cell.learner.module["stem"](points)
    assert len(seen) == 1


def test_it_holds_what_the_body_computes(transferred):
    def drift(weight):
        before, after = transferred(
            "delta", steps=40, lr_factor=1.0, feature_map_weight=weight, head_penalty_weight=0.0
        )
        return float((computed(after) - computed(before)).square().mean())

    assert drift(10.0) < 0.5 * drift(0.0)
