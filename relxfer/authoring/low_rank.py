"""Changes of low rank to the weights of layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize


class LowRank(nn.Module):
    """W -> W + scale B A, with W [o, ...] taken as a matrix; A [r, i] is random, B [o, r] zero."""

    def __init__(self, weight: Tensor, rank: int, scale: float):
        super().__init__()
        self.scale = scale
        inputs = weight[0].numel()
        self.a = nn.Parameter(torch.randn(rank, inputs, device=weight.device) / inputs**0.5)
        self.b = nn.Parameter(torch.zeros(len(weight), rank, device=weight.device))

    def forward(self, weight: Tensor) -> Tensor:
        return weight + self.scale * (self.b @ self.a).view_as(weight)


def adapt(module: nn.Module, rank: int, alpha: float) -> list[Any]:
    """Give every linear and 2-d convolutional layer of the module a change of this rank; the layers."""
    layers = [layer for layer in module.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]
    for layer in layers:
        parametrize.register_parametrization(layer, "weight", LowRank(layer.weight, rank, alpha / rank))
    return layers


def merge(layers: Sequence[nn.Module]) -> None:
    """Make the changed weights the layers' own."""
    for layer in layers:
        parametrize.remove_parametrizations(layer, "weight")
