"""Batch normalisation in a batch with one value of each channel."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn

from relxfer.errors import Incompatible
from relxfer.train.single_value import single_values


def small() -> nn.Sequential:
    torch.manual_seed(0)
    made = nn.Sequential(
        nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 4), nn.BatchNorm1d(4)
    )
    made(torch.randn(8, 1, 4, 4))  # statistics other than those of a new layer
    return made


def state(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in module.state_dict().items()}


def test_one_row_takes_the_running_statistics_where_it_has_one_value_of_a_channel():
    network, row = small(), torch.randn(1, 1, 4, 4)
    with pytest.raises(ValueError, match="more than 1 value"):
        network(row)
    network = small()
    before, flat = state(network), network[4](network[:4](row))
    running = state(network)
    expected = (flat - before["5.running_mean"]) / (before["5.running_var"] + 1e-5).sqrt()
    network.load_state_dict(before)
    with single_values([network]):
        found = network(row)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
    after = state(network)
    assert all(torch.equal(after[name], before[name]) for name in before if name.startswith("5."))
    assert all(torch.equal(after[name], running[name]) for name in before), "the convolution's layer has four values"
    assert network[5].training


@pytest.mark.parametrize("rows", [2, 7])
def test_every_other_batch_is_normalised_as_always(rows):
    plain, watched = small(), small()
    batch = torch.randn(rows, 1, 4, 4)
    with single_values([watched]):
        found = watched(batch)
    assert torch.equal(found, plain(batch))
    ours, theirs = state(watched), state(plain)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_a_gradient_passes_and_modes_stay():
    network, frozen = small(), small().eval()
    with single_values([network, frozen]):
        (network(torch.randn(1, 1, 4, 4)) + frozen(torch.randn(1, 1, 4, 4))).sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())
    assert all(module.training for module in network.modules())
    assert not any(module.training for module in frozen.modules())


def test_nothing_stays_behind():
    network = small()
    kept = [*network.__dict__]
    with pytest.raises(RuntimeError), single_values([network]):
        network(torch.randn(1, 2, 4, 4))  # two channels where there is one
    assert [*network.__dict__] == kept
    assert not any(module._forward_pre_hooks or module._forward_hooks for module in network.modules())


def test_without_running_statistics_it_is_refused_in_words():
    norm = nn.BatchNorm1d(2, track_running_stats=False)
    with single_values([norm]), pytest.raises(Incompatible, match=r"raise training\.batch_size or the label budget"):
        norm(torch.zeros(1, 2))


def test_other_normalisations_are_left_alone():
    for norm in (nn.LayerNorm(4), nn.GroupNorm(2, 4)):
        row = torch.from_numpy(np.random.default_rng(0).normal(size=(1, 4)).astype(np.float32))
        with single_values([norm]):
            assert torch.equal(norm(row), copy.deepcopy(norm)(row))
            assert not norm._forward_pre_hooks
