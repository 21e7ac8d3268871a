"""MDD: an adversarial head that disagrees on the target, and features on which it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import PositiveFloat

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell

if TYPE_CHECKING:
    from torch import Tensor


class MDDOptions(Options):
    """Margin of the disparity, and how hard the features work against it."""

    weight: PositiveFloat = 1.0
    """Factor on the reversed gradient, which grows from 0 to this over the fit."""
    margin: PositiveFloat = 4.0
    """gamma: weight of the sources in the disparity; the margin is its logarithm."""


class MDD:
    """Task loss of the sources, and max over f, min over h' of gamma · disparity on the sources - that on the target
    (Zhang et al. 2019, eqs. 27 to 30). h' is a second head; it sees the features through a gradient reversal.
    """

    def __init__(self, options: MDDOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        from relxfer_strategies.adapting.adaptation import adapt
        from relxfer_strategies.adapting.adversary import ramp, reverse

        options, other = self.options, cell.learner.new_head()

        def term(step: Any, seen: Any) -> Any:
            factor = options.weight * ramp(step.progress)
            *sources, target = (other(reverse(each, factor)) for each in seen.features)
            *known, guessed = (scores.detach().argmax(1) for scores in seen.scores)
            return disparity(torch.cat(sources), torch.cat(known), target, guessed, options.margin)

        return adapt(cell, term, keep={"adversary": other})


def disparity(source: Tensor, known: Tensor, target: Tensor, guessed: Tensor, margin: float) -> Tensor:
    """gamma · cross-entropy of the adversary with the head's answers on the sources, - log(1 - its probability of the
    head's answer) on the target; scores [b, C], answers [b].
    """
    import torch.nn.functional as F

    others = target.scatter(1, guessed[:, None], float("-inf"))
    # -log(1 - p) = log sum over all - log sum over the others, without cancellation
    surely = target.logsumexp(1) - others.logsumexp(1)
    return margin * F.cross_entropy(source, known) + surely.mean()
