"""CORAL: features of source and target with the same covariance."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PositiveFloat

from relxfer.contract.options import Options, Searched
from relxfer.contract.strategies import Cell


class CORALOptions(Options):
    """Weight of the distance."""

    alignment_weight: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on the distance of covariances beside the task loss, above 0."""


class CORAL:
    """Task loss of the sources + alignment_weight · |C_S - C_T|^2 / (4 d^2), C the covariances of the d features
    (Sun and Saenko 2016, eq. 1). Several sources count as one sample.
    """

    def __init__(self, options: CORALOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer.authoring.discrepancies import coral
        from relxfer.authoring.joint_training import train_jointly

        weight = self.options.alignment_weight
        return train_jointly(cell, lambda step, passed: coral(passed.source, passed.target), weight)
