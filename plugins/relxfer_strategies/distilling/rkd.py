"""Relational knowledge distillation: distances and angles between examples."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import NonNegativeFloat

from relxfer.contract.options import Options, Searched
from relxfer_strategies.distilling.relation_distillation import RelationDistillation


class RKDOptions(Options):
    """Weights of the two relations."""

    distance_weight: Annotated[NonNegativeFloat, Searched(factor=10)] = 25.0
    """Factor on the loss of distances beside the task loss, from 0."""
    angle_weight: Annotated[NonNegativeFloat, Searched(factor=10)] = 50.0
    """Factor on the loss of angles beside the task loss, from 0."""


class RKD(RelationDistillation):
    """L_task + distance_weight · L_distance + angle_weight · L_angle (Park et al. 2019, eqs. 5 to 8).

    Each is the mean Huber loss between a relation of the student's features and the same of the teacher's: of two
    examples |f_i - f_j| over its mean in the batch, of three the cosine of the angle at one of them.
    """

    def relation(self, student: Any, teacher: Any) -> Any:
        from torch.nn.functional import smooth_l1_loss as huber

        distance_loss = huber(distances(student), distances(teacher))
        angle_loss = huber(angles(student), angles(teacher))
        return self.options.distance_weight * distance_loss + self.options.angle_weight * angle_loss


def distances(features: Any) -> Any:
    """[b, b] Euclidean distances over the mean of those that are not 0."""
    squares = (features[:, None] - features[None]).square().sum(-1)
    apart = squares > 0
    lengths = (squares + (~apart).to(squares)).sqrt() * apart  # no root at 0, whose slope is infinite
    return lengths / (lengths.sum() / apart.sum().clamp(min=1)).clamp(min=1e-12)


def angles(features: Any) -> Any:
    """[b, b, b] cosines <e_ij, e_ik> at example i of the unit vectors to j and to k."""
    from torch.nn.functional import normalize

    units = normalize(features[None] - features[:, None], dim=-1)
    return units @ units.transpose(1, 2)
