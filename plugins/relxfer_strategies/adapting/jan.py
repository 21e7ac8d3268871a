"""JAN: features and predictions that agree in their joint distribution."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import PositiveFloat

from relxfer.contract.options import Options, Searched
from relxfer.contract.strategies import Cell


class JANOptions(Options):
    """Weight and estimator of the joint discrepancy."""

    alignment_weight: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on the joint MMD^2 beside the task loss, above 0."""
    estimator: Literal["unbiased", "linear"] = "unbiased"
    """All pairs of a batch, or neighbouring rows alone: linear time, more noise."""


class JAN:
    """Task loss of the sources + alignment_weight · joint MMD^2 of features and class probabilities (Long et al. 2017,
    eq. 9).

    The kernels of the two layers are multiplied; their bandwidths are those of `mmd`. Several sources count
    as one sample.
    """

    def __init__(self, options: JANOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        from relxfer.authoring.discrepancies import mmd
        from relxfer.authoring.joint_training import train_jointly

        def term(step: Any, passed: Any) -> Any:
            *sources, target = (scores.softmax(1) for scores in passed.scores)
            layers = [(passed.source, passed.target), (torch.cat(sources), target)]
            return mmd(layers, self.options.estimator == "linear")

        return train_jointly(cell, term, self.options.alignment_weight)
