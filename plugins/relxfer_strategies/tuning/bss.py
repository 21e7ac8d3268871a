"""Batch spectral shrinkage: fine-tuning that lets go of what does not transfer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import NonNegativeFloat, PositiveInt

from relxfer.contract.only_with import ABOVE_0, OnlyWith
from relxfer.contract.options import Searched
from relxfer.contract.strategies import Cell
from relxfer_strategies.tuning.learning_rates import LearningRates


class BSSOptions(LearningRates):
    """How much of the spectrum is shrunk, and how strongly."""

    penalty_weight: Annotated[NonNegativeFloat, Searched(factor=10)] = 1e-3
    """Factor on the sum of squared singular values beside the task loss, from 0 (eta in the paper)."""
    singular_values: Annotated[PositiveInt, OnlyWith(penalty_weight=ABOVE_0)] = 1
    """How many singular values of a batch's features are penalised, the smallest first."""


class BSS:
    """L_task + penalty_weight · sum_{i <= k} sigma_{-i}^2, k = singular_values (Chen et al. 2019, eq. 7).

    sigma_{-i} is the i-th smallest singular value of the features of a batch [b, width].
    """

    def __init__(self, options: BSSOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        learner, options = cell.learner, self.options

        def loss(step: Any, batch: Any) -> Any:
            features = learner.features(batch)
            smallest = torch.linalg.svdvals(features)[-options.singular_values :]
            return learner.loss(batch, learner.head(features)) + options.penalty_weight * smallest.square().sum()

        cell.trainer.fit(learner, loss, cell.target.train, groups=options.groups(learner))
        return learner
