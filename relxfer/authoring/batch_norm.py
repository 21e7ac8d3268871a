"""Layers of batch normalisation, whose running statistics a strategy treats apart from its weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


def layers(module: nn.Module) -> list[Any]:
    """The layers of batch normalisation in a module.

    >>> len(layers(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))))
    1
    """
    return [layer for layer in module.modules() if isinstance(layer, _BatchNorm)]


def with_running_statistics(module: nn.Module) -> list[Any]:
    """Those of them that keep a running mean and variance, by which they normalise in eval mode."""
    return [layer for layer in layers(module) if layer.track_running_stats]


@contextmanager
def running_statistics_kept(module: nn.Module) -> Iterator[None]:
    """Inside, no forward pass changes a running mean or variance; each batch is normalised by its own as before."""
    before = [(layer, layer.momentum) for layer in with_running_statistics(module)]
    for layer, _ in before:
        layer.momentum = 0.0
    try:
        yield
    finally:
        for layer, momentum in before:
            layer.momentum = momentum
