"""L2-SP: fine-tuning that is pulled back to the source model (parameter transfer)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import NonNegativeFloat

from relxfer.contract.strategies import Cell
from relxfer_strategies.tuning.tuning import TuningOptions


class L2SPOptions(TuningOptions):
    """Strengths of the two penalties."""

    alpha: NonNegativeFloat = 0.1
    """Strength of the pull to the source's weights."""
    beta: NonNegativeFloat = 0.01
    """Strength of the pull of a new head to zero."""
    shared: Literal["body", "all"] = "body"
    """What is pulled to the source: the body, or with `all` the head too, where the source's head is kept."""


class L2SP:
    """loss + alpha/2 |w_S - w_S^0|^2 + beta/2 |w_new|^2 (Li, Grandvalet and Davoine 2018, eq. 2).

    w_S are the weights that the source shares, w_S^0 their start, w_new those of the head.
    """

    def __init__(self, options: L2SPOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner, wanted = cell.learner, self.options
        parts = learner.parts() if wanted.shared == "all" else learner.parts()[:-1]
        shared = [weight for _, part in parts for weight in part.parameters()]
        start = [weight.detach().clone() for weight in shared]
        new = [] if wanted.shared == "all" else list(learner.head.parameters())

        def loss(step: Any, batch: Any) -> Any:
            moved = sum((weight - origin).square().sum() for weight, origin in zip(shared, start, strict=True))
            size = sum(weight.square().sum() for weight in new)
            return learner.loss(batch) + wanted.alpha / 2 * moved + wanted.beta / 2 * size

        cell.trainer.fit(learner, loss, cell.target.train, groups=wanted.groups(learner))
        return learner
