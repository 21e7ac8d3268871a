"""Similarity-preserving distillation."""

from __future__ import annotations

from typing import Any

from pydantic import NonNegativeFloat

from relxfer.contract.options import Options
from relxfer_strategies.distilling.distillation import Distillation


class SPOptions(Options):
    """Weight of the similarities."""

    weight: NonNegativeFloat = 3000.0
    """Weight of the loss."""


class SP(Distillation):
    """weight / b^2 |G_S - G_T|_F^2, G = F F^T with rows of length 1 (Tung and Mori 2019, eqs. 2 to 4)."""

    def relation(self, student: Any, teacher: Any) -> Any:
        return self.options.weight * (similarities(student) - similarities(teacher)).square().mean()


def similarities(features: Any) -> Any:
    """[b, b] of features [b, width]."""
    from torch.nn.functional import normalize

    return normalize(features @ features.T, dim=1)
