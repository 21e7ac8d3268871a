"""CORAL: features of source and target with the same covariance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import PositiveFloat

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell

if TYPE_CHECKING:
    from torch import Tensor


class CORALOptions(Options):
    """Weight of the distance."""

    alignment_weight: PositiveFloat = 1.0
    """Factor on the distance of covariances beside the task loss, above 0."""


class CORAL:
    """Task loss of the sources + alignment_weight · |C_S - C_T|^2 / (4 d^2), C the covariances of the d features
    (Sun and Saenko 2016, eq. 1). Several sources count as one sample.
    """

    def __init__(self, options: CORALOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.adapting.joint_training import train_jointly

        weight = self.options.alignment_weight
        return train_jointly(cell, lambda step, passed: distance(passed.source, passed.target), weight)


def distance(source: Tensor, target: Tensor) -> Tensor:
    """|C_S - C_T|_F^2 / (4 d^2) of [n, d] and [m, d]."""
    return (covariance(source) - covariance(target)).square().sum() / (4 * source.shape[1] ** 2)


def covariance(features: Tensor) -> Tensor:
    """[d, d], with n - 1 in the denominator."""
    centred = features - features.mean(0)
    return centred.T @ centred / max(1, len(features) - 1)
