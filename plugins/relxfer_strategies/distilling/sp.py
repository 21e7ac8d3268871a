"""Similarity-preserving distillation."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import NonNegativeFloat

from relxfer.contract.options import Options, Searched
from relxfer_strategies.distilling.relation_distillation import RelationDistillation


class SPOptions(Options):
    """Weight of the similarities."""

    similarity_weight: Annotated[NonNegativeFloat, Searched(factor=10)] = 3000.0
    """Factor on the squared difference of similarities beside the task loss, from 0."""


class SP(RelationDistillation):
    """L_task + similarity_weight / b^2 · |G_S - G_T|_F^2 (Tung and Mori 2019, eqs. 2 to 4).

    G = F F^T of the features F [b, width], with rows scaled to length 1.
    """

    def relation(self, student: Any, teacher: Any) -> Any:
        return self.options.similarity_weight * (similarities(student) - similarities(teacher)).square().mean()


def similarities(features: Any) -> Any:
    """[b, b] of features [b, width]."""
    from torch.nn.functional import normalize

    return normalize(features @ features.T, dim=1)
