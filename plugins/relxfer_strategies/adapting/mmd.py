"""MMD: features whose means agree in a space of kernels (DAN)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import PositiveFloat

from relxfer.contract.options import Options, Searched
from relxfer.contract.strategies import Cell


class MMDOptions(Options):
    """Weight and estimator of the discrepancy."""

    alignment_weight: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on MMD^2 beside the task loss, above 0."""
    estimator: Literal["unbiased", "linear"] = "unbiased"
    """All pairs of a batch, or neighbouring rows alone: linear time, more noise."""


class MMD:
    """Task loss of the sources + alignment_weight · MMD^2 of the features (Long et al. 2015), with five Gaussian
    kernels.

    Their bandwidths are 1/4 to 4 times the median squared distance of the batch. Several sources count as
    one sample.
    """

    def __init__(self, options: MMDOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer.authoring.discrepancies import mmd
        from relxfer.authoring.joint_training import train_jointly

        linear, weight = self.options.estimator == "linear", self.options.alignment_weight
        return train_jointly(cell, lambda step, passed: mmd([(passed.source, passed.target)], linear), weight)
