"""Changes of low rank, by hand and merged."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from relxfer.authoring.low_rank import LowRank, adapt, merge

pytestmark = pytest.mark.processor


def test_a_change_is_the_scaled_product():
    change = LowRank(torch.zeros(2, 3), rank=1, scale=0.5)
    with torch.no_grad():
        change.a.copy_(torch.tensor([[1.0, 2.0, 3.0]]))
        change.b.copy_(torch.tensor([[1.0], [4.0]]))
    found = change(torch.ones(2, 3)).detach().numpy()
    assert found == pytest.approx(np.array([[1.5, 2.0, 2.5], [3.0, 5.0, 7.0]]), rel=1e-6)


def test_the_scale_is_alpha_over_rank():
    (layer,) = adapt(nn.Linear(3, 2), rank=4, alpha=2.0)
    assert layer.parametrizations.weight[0].scale == 0.5


def test_merged_changes_compute_the_same_in_the_old_architecture():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(2, 4, 3, groups=2), nn.Flatten(), nn.Linear(36, 3))
    names, x = set(net.state_dict()), torch.randn(5, 2, 5, 5)
    before = net(x)
    layers = adapt(net, rank=2, alpha=4.0)
    assert torch.equal(net(x), before)
    for layer in layers:
        nn.init.normal_(layer.parametrizations.weight[0].b)
    changed = net(x)
    merge(layers)
    assert set(net.state_dict()) == names
    assert torch.equal(net(x), changed)
    assert not torch.allclose(changed, before)
