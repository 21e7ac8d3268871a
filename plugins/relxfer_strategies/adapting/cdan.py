"""CDAN: a discriminator that sees features together with what is predicted from them."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveFloat, PositiveInt

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell


class CDANOptions(Options):
    """The discriminator, its input, and how hard the features work against it."""

    weight: PositiveFloat = 1.0
    """Factor on the reversed gradient, which grows from 0 to this over the fit."""
    entropy: bool = True
    """Weigh each row by 1 + exp(-entropy of its prediction), so that certain predictions count more (CDAN+E)."""
    hidden: PositiveInt = 128
    """Width of the discriminator's two hidden layers."""
    widest: PositiveInt = 4096
    """Largest width of features x classes; beyond it the map is randomised to this width."""


class CDAN:
    """DANN on the multilinear map of features and class probabilities (Long et al. 2018, eqs. 4 to 7).

    The probabilities condition the discriminator and get no gradient from it. With several sources, all are one side.
    """

    def __init__(self, options: CDANOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from torch import nn

        from relxfer_strategies.adapting.adaptation import adapt
        from relxfer_strategies.adapting.adversary import (
            Multilinear,
            certainty,
            discriminator,
            domain_loss,
            ramp,
            reverse,
        )

        options = self.options
        joint = Multilinear(cell.learner.width, len(cell.target.task.answers), options.widest)
        judge = nn.ModuleList([joint, discriminator(joint.width, options.hidden)])

        def term(step: Any, seen: Any) -> Any:
            factor = options.weight * ramp(step.progress)
            believed = [scores.detach().softmax(1) for scores in seen.scores]
            mapped = [reverse(joint(f, g), factor) for f, g in zip(seen.features, believed, strict=True)]
            weights = certainty(believed) if options.entropy else None
            return domain_loss(step, judge[1], mapped, weights)

        return adapt(cell, term, keep={"discriminator": judge})
