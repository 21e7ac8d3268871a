"""The moving average of the weights."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from relxfer.train.average import Average


def moved(module: nn.Module, seed: int) -> None:
    torch.manual_seed(seed)
    for value in module.state_dict().values():
        value.copy_(torch.randn(value.shape) if value.is_floating_point() else value + 1)


@pytest.fixture
def module() -> nn.Module:
    made = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    moved(made, 0)
    return made


def test_buffers_are_averaged_and_counters_are_not(module):
    average, before = Average({"it": module}, 0.9), copy.deepcopy(module.state_dict())
    moved(module, 1)
    after = copy.deepcopy(module.state_dict())
    average.update(100)
    average.keep()
    for name in ("0.weight", "1.running_mean"):
        torch.testing.assert_close(module.state_dict()[name], 0.9 * before[name] + 0.1 * after[name])
    assert module.state_dict()["1.num_batches_tracked"] == after["1.num_batches_tracked"]


@pytest.mark.parametrize("decay", [0.1, 0.7, 0.999])
def test_what_does_not_move_keeps_every_bit(module, decay):
    average, before = Average({"it": module}, decay), copy.deepcopy(module.state_dict())
    for step in range(1, 50):
        average.update(step)
    average.keep()
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_what_is_shown_is_taken_back_also_after_an_error(module):
    average = Average({"it": module}, 0.5)
    moved(module, 1)
    own = copy.deepcopy(module.state_dict())

    def shown():
        with average.shown():
            assert not torch.equal(module[0].weight, own["0.weight"])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shown()
    assert all(torch.equal(value, own[name]) for name, value in module.state_dict().items())


def test_the_first_steps_count_more_than_the_decay_says():
    module = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(module.weight)
    average = Average({"it": module}, 0.999)
    nn.init.ones_(module.weight)
    for step in range(1, 31):
        average.update(step)
    average.keep()
    assert 0.9 < module.weight.item() < 1, "0.999^30 alone would leave it at 0.03"
