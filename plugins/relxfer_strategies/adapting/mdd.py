"""MDD: an adversarial head that disagrees on the target, and features on which it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import PositiveFloat

from relxfer.contract.options import Options, Searched
from relxfer.contract.strategies import Cell

if TYPE_CHECKING:
    from torch import Tensor


class MDDOptions(Options):
    """Margin of the disparity, and how hard the features work against it."""

    reversal_factor: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on the reversed gradient that the features get, which grows from 0 to this over the fit; above 0."""
    margin_factor: PositiveFloat = 4.0
    """Weight gamma of the sources in the disparity, above 0; the margin is its logarithm."""


class MDD:
    """Task loss of the sources, and max over f, min over h' of gamma · disparity on the sources - that on the target
    (Zhang et al. 2019, eqs. 27 to 30). h' is a second head; it sees the features through a gradient reversal.
    """

    def __init__(self, options: MDDOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        from relxfer.authoring.adversary import ramp, reverse
        from relxfer.authoring.joint_training import train_jointly

        options, adversary = self.options, cell.learner.new_head()

        def term(step: Any, passed: Any) -> Any:
            factor = options.reversal_factor * ramp(step.progress)
            *sources, target = (adversary(reverse(each, factor)) for each in passed.features)
            *source_answers, target_answers = (scores.detach().argmax(1) for scores in passed.scores)
            return disparity(
                torch.cat(sources), torch.cat(source_answers), target, target_answers, options.margin_factor
            )

        return train_jointly(cell, term, keep={"adversary": adversary})


def disparity(
    source: Tensor, source_answers: Tensor, target: Tensor, target_answers: Tensor, margin_factor: float
) -> Tensor:
    """gamma · mean cross-entropy of the adversary with the head's answers on the sources - mean log(1 - the adversary's
    probability of the head's answer) on the target.

    source, target                  the adversary's scores [n, C] and [m, C]
    source_answers, target_answers  the head's answers [n] and [m]
    """
    import torch.nn.functional as F

    others = target.scatter(1, target_answers[:, None], float("-inf"))
    # -log(1 - p) = log sum over all - log sum over the others, without cancellation
    disagreement = target.logsumexp(1) - others.logsumexp(1)
    return margin_factor * F.cross_entropy(source, source_answers) + disagreement.mean()
