"""LoRA: low-rank changes of a frozen body."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_strategies.tuning.lora import LoRA, LoRAOptions
from torch import nn

from relxfer.errors import Incompatible

pytestmark = pytest.mark.processor

STATISTICS = ("stem.1.running_mean", "stem.1.running_var", "stem.1.num_batches_tracked")


def moved(arrays, names):
    before, after = arrays
    return {name for name in names if before[name].tobytes() != after[name].tobytes()}


def test_changes_and_head_are_trained_and_nothing_else(cell, fitted):
    body = cell.learner.module["body"][0]
    weight = body.weight.detach().clone()
    fit = fitted(LoRA, LoRAOptions(rank=2, lr_factor=3.0))
    assert fit.factors() == {"changes": 3.0, "head": 3.0}
    changes = [parameter.shape for module in fit.groups["changes"].modules for parameter in module.parameters()]
    assert changes == [(2, 2), (8, 2), (2, 8), (8, 2)], "A [r, inputs] and B [outputs, r] of stem and body"
    assert torch.equal(body.weight, weight), "B starts at 0"
    assert not hasattr(body, "parametrizations"), "merged at the end"


def test_weights_change_by_their_rank_and_nothing_else_of_the_body(transferred):
    before, after = transferred("lora", rank=2, steps=20)
    assert {name: array.shape for name, array in before.items()} == {n: a.shape for n, a in after.items()}
    changed = moved((before, after), [name for name in before if not name.startswith("head")])
    assert changed == {"stem.0.weight", "body.0.weight"}
    values = np.linalg.svd(after["body.0.weight"] - before["body.0.weight"], compute_uv=False)
    assert values[1] > 1e-5
    assert values[2:].max() < 1e-5


def test_batch_normalisation_is_trained_on_demand(transferred):
    assert moved(transferred("lora", train_batch_norm=True), STATISTICS) == set(STATISTICS)


def test_a_body_without_such_layers_is_refused(cell):
    cell.learner.module["stem"] = cell.learner.module["body"] = nn.ReLU()
    with pytest.raises(Incompatible, match="linear or convolutional layers before the head"):
        LoRA(LoRAOptions()).transfer(cell)
