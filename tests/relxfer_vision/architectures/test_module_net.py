"""A module of the user's: features before its head, and parts."""

from __future__ import annotations

import pytest
import torch
from relxfer_vision.architectures import module as by_path
from relxfer_vision.architectures.module import ModuleOptions

MINE = """
from torch import nn

class Mine(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, width, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.top = nn.Sequential(nn.Linear(width, 6), nn.ReLU(), nn.Linear(6, 5))

    def forward(self, x):
        return self.top(self.body(x))

def number():
    return 3
"""


def shapes(model) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in model.state()[0].items()}


@pytest.fixture
def mine(tmp_path):
    (tmp_path / "my_networks.py").write_text(MINE)

    def options(**given):
        table = {"path": "my_networks:Mine", "head": "top.2", "size": 16, **given}
        return ModuleOptions.model_validate(table, context={"folder": tmp_path})

    return options


def test_a_module_by_its_path(mine):
    model = by_path.module(mine(kwargs={"width": 4}))
    network = model.network.eval()
    pictures = torch.randn(2, 3, 16, 16)
    assert network.width == 6
    assert [name for name, _ in network.parts()] == ["body", "top.0", "top.2"]
    features = network.embed(pictures)
    assert torch.equal(network.head(features), network.module(pictures))
    network.head = network.new_head(7)
    assert network.module(pictures).shape == (2, 7)
    assert shapes(model)["module.top.2.weight"] == (7, 6)
