"""Learning rates of body and head, for strategies that go on from a source model's weights."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator

from relxfer.contract.options import Options
from relxfer.contract.strategies import ParameterGroup

#: Range of a factor on training.lr. Beyond it, a learning rate was meant.
SMALLEST, LARGEST = 1e-3, 1e3


def _checked(factor: float) -> float:
    if not SMALLEST <= factor <= LARGEST:
        raise ValueError(
            f"expected a factor on training.lr from {SMALLEST:g} to {LARGEST:g}, got {factor:g}; with 0.2, "
            "training goes at a fifth of training.lr"
        )
    return factor


#: A factor on training.lr, from 0.001 to 1000.
LRFactor = Annotated[float, AfterValidator(_checked)]


class LearningRates(Options):
    """How fast body and head are trained."""

    lr_factor: LRFactor = 0.2
    """Factor on training.lr for everything, 0.001 to 1000: a source model is moved with small steps."""
    head_lr_factor: LRFactor = 1.0
    """Further factor for the head, on top of lr_factor, 0.001 to 1000; 10 is usual where the head is new."""

    def groups(self, learner: Any) -> dict[str, ParameterGroup]:
        """The body, which is everything before the head, and the head, each with its factor."""
        body = [part for _, part in learner.parts()[:-1]]
        return {
            "body": ParameterGroup(body, self.lr_factor),
            "head": ParameterGroup(learner.head, self.lr_factor * self.head_lr_factor),
        }
