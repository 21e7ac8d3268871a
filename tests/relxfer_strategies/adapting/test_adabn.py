"""AdaBN: statistics of batch normalisation, estimated anew on the target."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from relxfer_strategies.adapting.adabn import AdaBN
from torch import nn

from relxfer.authoring.torch_learner import arrays_of
from relxfer.errors import Incompatible
from relxfer.testing import blobs

pytestmark = pytest.mark.processor


def test_the_statistics_are_those_of_the_target(transferred):
    """72 points in 9 batches: the mean of all of them, and the mean of the batches' variances."""
    _, after = transferred("adabn", steps=None)
    points = blobs.load_target(blobs.BlobsOptions(), {}).inputs
    seen = points @ after["stem.0.weight"].T + after["stem.0.bias"]
    assert after["stem.1.running_mean"] == pytest.approx(seen.mean(0), abs=1e-5)


def test_weights_and_momentum_stay(cell):
    before = arrays_of(cell.learner.module)
    AdaBN(None).transfer(cell)
    after = arrays_of(cell.learner.module)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"stem.1.running_mean", "stem.1.running_var", "stem.1.num_batches_tracked"}
    assert cell.learner.module["stem"][1].momentum == 0.1


def test_the_order_of_the_inputs_is_drawn_with_a_fixed_seed(cell):
    """Inputs may lie sorted by class, so that a batch in their order would hold one class."""
    asked = []
    batches = cell.trainer.batches
    cell.trainer.batches = lambda learner, examples: asked.append(examples.queries) or batches(learner, examples)
    AdaBN(None).transfer(cell)
    AdaBN(None).transfer(cell)
    assert asked[0].tolist() == asked[1].tolist() != cell.target.unlabelled.queries.tolist()
    assert sorted(asked[0]) == sorted(cell.target.unlabelled.queries)


def test_without_batch_normalisation_it_says_what_fits(cell):
    cell.learner.module["stem"] = nn.Linear(2, 8)
    with pytest.raises(Incompatible, match=r"expected layers of batch normalisation.*dann, cdan"):
        AdaBN(None).transfer(cell)


def test_a_short_last_batch_is_left_out(cell):
    """Of 72 points in batches of 8, without the last 4: 8 batches count."""
    inputs = cell.target.unlabelled.take(np.arange(68))
    AdaBN(None).transfer(replace(cell, target=replace(cell.target, unlabelled=inputs)))
    assert int(cell.learner.module["stem"][1].num_batches_tracked) == 8
    assert torch.isfinite(cell.learner.module["stem"][1].running_var).all()
