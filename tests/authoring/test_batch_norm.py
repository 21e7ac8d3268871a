"""Batch normalisation: which layers, and running statistics that stay."""

from __future__ import annotations

import torch
from torch import nn

from relxfer.authoring.batch_norm import layers, running_statistics_kept, with_running_statistics


def network() -> nn.Sequential:
    return nn.Sequential(
        nn.BatchNorm1d(2), nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2, track_running_stats=False)), nn.LayerNorm(2)
    )


def test_layers_are_found_at_every_depth():
    made = network()
    assert layers(made) == [made[0], made[1][1]]


def test_layers_without_running_statistics_are_left_out():
    made = network()
    assert with_running_statistics(made) == [made[0]]


def test_inside_no_forward_changes_the_statistics_and_the_output_is_the_same():
    made, points = network(), torch.tensor([[1.0, 2.0], [3.0, 6.0]])
    with running_statistics_kept(made):
        inside = made(points)
    assert made[0].running_mean.tolist() == [0.0, 0.0]
    assert made[0].running_var.tolist() == [1.0, 1.0]
    assert torch.equal(made(points), inside)
    assert torch.allclose(made[0].running_mean, 0.1 * points.mean(0)), "afterwards they follow again"


def test_the_momentum_comes_back_after_an_error():
    made = network()
    made[0].momentum = 0.3
    try:
        with running_statistics_kept(made):
            raise ValueError
    except ValueError:
        pass
    assert made[0].momentum == 0.3
