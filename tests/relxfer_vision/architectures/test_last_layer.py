"""The last layer of a network, found by one pass."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import pytest
import torch
from relxfer_vision.architectures import last_layer
from torch import nn

from relxfer.errors import Incompatible


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head, self.body = nn.Linear(3, 2), nn.Sequential(nn.Flatten(), nn.BatchNorm1d(12), nn.Linear(12, 3))

    def forward(self, x):
        return SimpleNamespace(logits=self.head(self.body(x)))


def test_it_is_the_layer_whose_output_is_that_of_the_network_and_nothing_changes():
    net = Net()
    net.body.eval()
    before = copy.deepcopy(net.state_dict())
    assert last_layer.find(net, 2, 3) == "head"
    assert all(torch.equal(before[key], value) for key, value in net.state_dict().items())
    assert (net.training, net.body.training) == (True, False)
    assert not net.head._forward_hooks


def test_where_something_follows_it_says_what_to_name():
    with pytest.raises(Incompatible, match="set head to the layer whose input are the features, one of: 1"):
        last_layer.find(nn.Sequential(nn.Flatten(), nn.Linear(12, 3), nn.Softmax(1)), 2, 3)
