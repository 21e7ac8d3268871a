"""Decoders: what is restored from features."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell


def decoder(width: int, hidden: int, size: int) -> nn.Sequential:
    """[b, width] -> [b, size], with one hidden layer."""
    return nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, size))


def size_of(cell: Cell, examples: Examples) -> int:
    """Numbers in an input, as the learner's `tensor` tells them."""
    return cell.learner.tensor(next(cell.trainer.batches(cell.learner, examples))).shape[1]


class Restoring(nn.Module):
    """mean |d(phi(x)) - x|^2 of a batch, d its decoder."""

    def __init__(self, width: int, hidden: int, size: int):
        super().__init__()
        self.decoder = decoder(width, hidden, size)

    def forward(self, learner: Any, batch: Any) -> Tensor:
        return self.error(learner.features(batch), learner.tensor(batch))

    def error(self, features: Tensor, true: Tensor) -> Tensor:
        """mean |d(features) - true|^2 of [b, width] and [b, k]."""
        return (self.decoder(features) - true).square().mean()
