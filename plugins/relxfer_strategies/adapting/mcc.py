"""MCC: a target whose predictions do not confuse classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import PositiveFloat

from relxfer.contract.options import Options, Searched
from relxfer.contract.strategies import Cell

if TYPE_CHECKING:
    from torch import Tensor


class MCCOptions(Options):
    """Weight and softness of the confusion."""

    confusion_weight: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on the confusion beside the task loss, above 0."""
    temperature: PositiveFloat = 2.5
    """Scores are divided by it before the softmax, above 0: the higher, the more alike the probabilities."""


class MCC:
    """Task loss of the sources + confusion_weight · confusion of the classes in the target's predictions (Jin et al.
    2020).
    """

    def __init__(self, options: MCCOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer.authoring.joint_training import train_jointly

        options = self.options

        def term(step: Any, passed: Any) -> Any:
            return confusion(passed.scores[-1], options.temperature)

        return train_jointly(cell, term, options.confusion_weight)


def confusion(scores: Tensor, temperature: float) -> Tensor:
    """The mean over classes of a class's confusion with the others, from scores [b, C] (Jin et al. 2020, eqs. 3 to 7).

    Rows count with 1 + exp(-entropy), which gets no gradient.
    """
    predicted = (scores / temperature).softmax(1)
    entropy = -(predicted * predicted.clamp(min=1e-8).log()).sum(1).detach()
    weights = 1 + (-entropy).exp()
    together = predicted.T @ (predicted * (weights / weights.mean())[:, None])
    together = together / together.sum(1, keepdim=True)
    return (together.sum() - together.trace()) / len(together)
