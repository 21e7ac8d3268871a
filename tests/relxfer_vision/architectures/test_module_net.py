"""A module of the user's: features are what its head takes, and parts are its children."""

from __future__ import annotations

import pytest
import torch
from relxfer_vision.architectures.module_net import Wrapped
from torch import nn

from relxfer.errors import Incompatible


class Mine(nn.Module):
    """A head inside a block, behind another layer of it."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.scale = nn.Identity()
        self.top = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 5))

    def forward(self, pictures):
        return self.top(self.scale(self.body(pictures)))


def test_features_are_what_the_head_takes():
    net, pictures = Wrapped(Mine(), "top.2", 5).eval(), torch.randn(2, 3, 8, 8)
    features = net.embed(pictures)
    assert features.shape == (2, net.width) == (2, 6)
    assert torch.equal(net.head(features), net.module(pictures))
    assert not net.head._forward_pre_hooks, "nothing stays behind on the module"


def test_a_head_of_other_classes_is_replaced():
    assert Wrapped(Mine(), "top.2", 5).module.top[2].out_features == 5
    assert Wrapped(Mine(), "top.2", 3).module.top[2].out_features == 3


def test_the_block_that_holds_the_head_is_taken_apart():
    net = Wrapped(Mine(), "top.2", 5)
    assert [name for name, _ in net.parts()] == ["body", "top.0", "top.2"]
    assert net.parts()[-1][1] is net.head


@pytest.mark.parametrize(("head", "got"), [("fc", "none of this name"), ("top", "Sequential"), ("body.0", "Conv2d")])
def test_a_head_that_is_no_linear_layer_is_refused(head, got):
    with pytest.raises(Incompatible, match=rf"got {got}; set head to one of: top\.0, top\.2"):
        Wrapped(Mine(), head, 5)
