"""DANN: features by which no discriminator can tell the domains apart."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveFloat, PositiveInt

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell


class DANNOptions(Options):
    """The discriminator, and how hard the features work against it."""

    weight: PositiveFloat = 1.0
    """Factor on the reversed gradient, which grows from 0 to this over the fit."""
    hidden: PositiveInt = 128
    """Width of the discriminator's two hidden layers."""


class DANN:
    """min over d, max over f of the discriminator's loss, beside the sources' task loss (Ganin et al. 2016, eq. 18).

    A gradient reversal does both in one step. With several sources, all of them are one side.
    """

    def __init__(self, options: DANNOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.adapting.adaptation import adapt
        from relxfer_strategies.adapting.adversary import discriminator, domain_loss, ramp, reverse

        judge = discriminator(cell.learner.width, self.options.hidden)

        def term(step: Any, seen: Any) -> Any:
            factor = self.options.weight * ramp(step.progress)
            return domain_loss(step, judge, [reverse(each, factor) for each in seen.features])

        return adapt(cell, term, keep={"discriminator": judge})
