"""A function that returns a network: when it is called, what it may return, what is told."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_vision.architectures import module as by_path
from relxfer_vision.architectures.module import ModuleOptions

import relxfer
from relxfer.errors import ArtefactError, Incompatible, PluginError
from relxfer.store import files

MINE = """
import torch
from torch import nn

CALLS = []

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(6, 4)
        self.body = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, 6), nn.ReLU())

    def forward(self, x):
        return self.last(self.body(x))

def make(pretrained, table=None):
    CALLS.append(pretrained)
    net = Net()
    if pretrained:
        for parameter in net.parameters():
            nn.init.constant_(parameter, 0.25)
    return net if table is None else (net, table)

def other(pretrained):
    return "nothing"

def without():
    raise SystemExit
"""


@pytest.fixture
def mine(tmp_path):
    (tmp_path / "my_networks.py").write_text(MINE)

    def options(function="make", **given):
        table = {"import_path": f"my_networks:{function}", **given}
        return ModuleOptions.model_validate(table, context={"folder": tmp_path})

    return options


def test_weights_are_those_that_it_returns_and_scratch_has_none_of_them(mine):
    arrays, card = by_path.bring(mine(size=16))
    assert (arrays["module.body.2.weight"] == 0.25).all()
    untrained = by_path.module(mine(size=16)).state()[0]
    assert not (untrained["module.body.2.weight"] == 0.25).any()
    model = by_path.module(mine(size=16), arrays, card)
    assert model.network.at == "module.last"  # the last layer by the pass, and not by name
    assert model.network.embed(torch.ones(1, 3, 16, 16)).shape == (1, 6)
    assert len(model.task.answers) == 4


def test_it_says_what_pictures_its_network_takes(mine):
    table = {"size": 20, "mean": [0.1, 0.2, 0.3], "std": [1, 2, 3], "resize": "crop", "interpolation": "bicubic"}
    native = by_path.module(mine(kwargs={"table": table})).native
    assert (native.size, native.mean, native.std) == (20, (0.1, 0.2, 0.3), (1.0, 2.0, 3.0))
    assert (native.resize, native.shorter, native.interpolation) == ("crop", 0, "bicubic")
    assert by_path.module(mine(kwargs={"table": {}}, size=18)).native.size == 18


def test_what_is_wrong_is_told(mine):
    with pytest.raises(PluginError, match=r"of my_networks:other a torch.nn.Module, or one with a table.*, got str"):
        by_path.module(mine("other"))
    with pytest.raises(PluginError, match="got resize: Input should be 'pad', 'stretch' or 'crop'"):
        by_path.module(mine(kwargs={"table": {"resize": "squash"}}))
    with pytest.raises(PluginError, match=r"for each of 3 channel\(s\), got 1"):
        by_path.module(mine(kwargs={"table": {"mean": [0.5]}}))
    with pytest.raises(Incompatible, match="a function of Python with a parameter `pretrained`"):
        by_path.module(mine("without"))
    with pytest.raises(ArtefactError, match="got the class my_networks:Net, which is untrained"):
        by_path.bring(mine("Net"))


def test_it_is_a_source_by_itself(mine, tmp_path):
    config = {
        "name": "one",
        "threads": 1,
        "device": "cpu",
        "source": {"model": {"use": "module", "import_path": "my_networks:make", "size": 16, "folder": str(tmp_path)}},
        "target": {"dataset": "digits", "label_budgets": [40]},
        "training": {"steps": 2, "batch_size": 8, "validations": 1},
        "strategy": {"use": "feature-extraction"},
    }
    results = relxfer.run(config, out=tmp_path / "run")
    assert {cell.status for cell in results.cells if cell.strategy != "zero-shot"} == {"done"}
    (cell,) = [cell for cell in results.cells if cell.strategy == "feature-extraction"]
    stored, _ = files.read_arrays(results.folder / "cells" / cell.id / "model.safetensors")
    assert np.array_equal(stored["module.body.2.weight"], np.full((6, 12), 0.25, np.float32))
