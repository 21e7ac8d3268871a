"""The state of a phase in one file: modules and optimisers come back as they were."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from relxfer.store import files
from relxfer.train import checkpoint


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def step(module: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    torch.manual_seed(0)
    optimiser.zero_grad()
    module(torch.randn(5, 3)).pow(2).sum().backward()
    optimiser.step()


def test_modules_come_back_with_their_buffers():
    modules, others = {"learner": network(), "keep.other": network()}, {"learner": network(), "keep.other": network()}
    modules["learner"](torch.randn(5, 3))
    arrays = checkpoint.module_arrays(modules, "now")
    assert {name.rpartition("/")[0] for name in arrays} == {"now/learner", "now/keep.other"}
    checkpoint.restore_modules(others, arrays | checkpoint.module_arrays({"learner": network()}, "best"), "now")
    for name, module in modules.items():
        for key, value in module.state_dict().items():
            assert torch.equal(others[name].state_dict()[key], value)


def test_arrays_are_copies():
    module = network()
    arrays = checkpoint.module_arrays({"learner": module}, "now")
    before = arrays["now/learner/0.weight"].copy()
    with torch.no_grad():
        module[0].weight.add_(1)
    assert np.array_equal(arrays["now/learner/0.weight"], before)


@pytest.mark.parametrize(
    "make",
    [
        lambda parameters: torch.optim.AdamW(parameters, lr=0.1),
        lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
        lambda parameters: torch.optim.SGD(parameters, lr=0.1),
    ],
    ids=["adamw", "momentum", "sgd"],
)
def test_an_optimiser_goes_on_as_if_nothing_had_happened(tmp_path, make):
    whole = network()
    optimiser = make(whole.parameters())
    step(whole, optimiser)
    arrays = checkpoint.module_arrays({"learner": whole}, "now") | checkpoint.optimiser_arrays({"all": optimiser})
    files.write_arrays(tmp_path / "a.safetensors", arrays, {"step": 1})
    step(whole, optimiser)

    resumed = network()
    found, card = checkpoint.load(tmp_path / "a.safetensors")
    again = make(resumed.parameters())
    checkpoint.restore_modules({"learner": resumed}, found, "now")
    checkpoint.restore_optimisers({"all": again}, found)
    step(resumed, again)
    assert card == {"step": 1}
    for key, value in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[key], value), key


def test_a_file_that_is_missing_is_none_and_a_damaged_one_is_removed_and_said(tmp_path):
    path = tmp_path / "fit-0.part.safetensors"
    assert checkpoint.load(path) is None
    path.write_bytes(b"no arrays")
    with pytest.warns(RuntimeWarning, match=r"fit-0\.part"):
        assert checkpoint.load(path) is None
    assert not path.exists()
