"""DANN: features by which no discriminator can tell the domains apart."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PositiveFloat, PositiveInt

from relxfer.contract.options import Options, Searched
from relxfer.contract.strategies import Cell


class DANNOptions(Options):
    """The discriminator, and how hard the features work against it."""

    reversal_factor: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on the reversed gradient that the features get, which grows from 0 to this over the fit; above 0."""
    discriminator_width: PositiveInt = 128
    """Width of the discriminator's two hidden layers."""


class DANN:
    """min over d, max over f of the discriminator's loss, beside the sources' task loss (Ganin et al. 2016, eq. 18).

    A gradient reversal does both in one step. Several sources count as one.
    """

    def __init__(self, options: DANNOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer.authoring.adversary import domain_loss, new_discriminator, ramp, reverse
        from relxfer.authoring.joint_training import train_jointly

        options = self.options
        discriminator = new_discriminator(cell.learner.width, options.discriminator_width)

        def term(step: Any, passed: Any) -> Any:
            factor = options.reversal_factor * ramp(step.progress)
            return domain_loss(step, discriminator, [reverse(each, factor) for each in passed.features])

        return train_jointly(cell, term, keep={"discriminator": discriminator})
