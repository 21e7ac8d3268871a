"""L2-SP: fine-tuning that is pulled back to the source model (parameter transfer)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import NonNegativeFloat

from relxfer.contract.only_with import OnlyWith
from relxfer.contract.options import Searched
from relxfer.contract.strategies import Cell
from relxfer_strategies.tuning.learning_rates import LearningRates


class L2SPOptions(LearningRates):
    """Strengths of the two penalties."""

    source_penalty_weight: Annotated[NonNegativeFloat, Searched(factor=10)] = 0.1
    """Factor on half the squared distance to the source's weights beside the task loss, from 0 (alpha in the paper)."""
    head_penalty_weight: Annotated[NonNegativeFloat, OnlyWith(source_penalty_on="body")] = 0.01
    """Factor on half the squared weights of the head beside the task loss, from 0 (beta in the paper); for a head that
    is not held at the source's."""
    source_penalty_on: Literal["body", "all"] = "body"
    """What is held at the source's weights: the body; or `all`, the head too, where the source's head is kept."""


class L2SP:
    """L_task + source_penalty_weight / 2 · |w_S - w_S^0|^2 + head_penalty_weight / 2 · |w_new|^2.

    w_S are the weights that the source shares, w_S^0 their start, w_new those of the head (Li, Grandvalet and Davoine
    2018, eq. 2).
    """

    def __init__(self, options: L2SPOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner, options = cell.learner, self.options
        everything = options.source_penalty_on == "all"
        parts = learner.parts() if everything else learner.parts()[:-1]
        shared = [weight for _, part in parts for weight in part.parameters()]
        start = [weight.detach().clone() for weight in shared]
        new = [] if everything else list(learner.head.parameters())

        def loss(step: Any, batch: Any) -> Any:
            moved = sum((weight - origin).square().sum() for weight, origin in zip(shared, start, strict=True))
            size = sum(weight.square().sum() for weight in new)
            penalty = options.source_penalty_weight / 2 * moved + options.head_penalty_weight / 2 * size
            return learner.loss(batch) + penalty

        cell.trainer.fit(learner, loss, cell.target.train, groups=options.groups(learner))
        return learner
