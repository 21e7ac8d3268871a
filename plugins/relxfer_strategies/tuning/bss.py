"""Batch spectral shrinkage: fine-tuning that lets go of what does not transfer."""

from __future__ import annotations

from typing import Any

from pydantic import NonNegativeFloat, PositiveInt

from relxfer.contract.strategies import Cell
from relxfer_strategies.tuning.tuning import TuningOptions


class BSSOptions(TuningOptions):
    """How much of the spectrum is shrunk, and how strongly."""

    eta: NonNegativeFloat = 1e-3
    """Strength of the penalty."""
    smallest: PositiveInt = 1
    """So many singular values, the smallest, are penalised."""


class BSS:
    """loss + eta sum_{i <= k} sigma_{-i}^2 (Chen et al. 2019, eq. 7).

    sigma_{-i} is the i-th smallest singular value of the features of a batch [b, width].
    """

    def __init__(self, options: BSSOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        learner, wanted = cell.learner, self.options

        def loss(step: Any, batch: Any) -> Any:
            features = learner.features(batch)
            shrunk = torch.linalg.svdvals(features)[-wanted.smallest :]
            return learner.loss(batch, learner.head(features)) + wanted.eta * shrunk.square().sum()

        cell.trainer.fit(learner, loss, cell.target.train, groups=wanted.groups(learner))
        return learner
