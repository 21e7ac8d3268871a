"""CDAN: a discriminator that sees features together with what is predicted from them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PositiveFloat, PositiveInt

from relxfer.contract.options import Options, Searched
from relxfer.contract.strategies import Cell


class CDANOptions(Options):
    """The discriminator, its input, and how hard the features work against it."""

    reversal_factor: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on the reversed gradient that the features get, which grows from 0 to this over the fit; above 0."""
    entropy_conditioning: bool = True
    """Weight each row by 1 + exp(-entropy of its prediction), so that certain predictions count more (CDAN+E)."""
    discriminator_width: PositiveInt = 128
    """Width of the discriminator's two hidden layers."""
    max_map_width: PositiveInt = 4096
    """Largest width of features x classes; where it is exceeded, the map is randomised to this width."""


class CDAN:
    """DANN on the multilinear map of features and class probabilities (Long et al. 2018, eqs. 4 to 7).

    The probabilities condition the discriminator and get no gradient from it. Several sources count as one.
    """

    def __init__(self, options: CDANOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from torch import nn

        from relxfer.authoring.adversary import (
            Multilinear,
            certainty,
            domain_loss,
            new_discriminator,
            ramp,
            reverse,
        )
        from relxfer.authoring.joint_training import train_jointly

        options = self.options
        joint = Multilinear(cell.learner.width, len(cell.target.task.answers), options.max_map_width)
        discriminator = new_discriminator(joint.width, options.discriminator_width)

        def term(step: Any, passed: Any) -> Any:
            factor = options.reversal_factor * ramp(step.progress)
            predicted = [scores.detach().softmax(1) for scores in passed.scores]
            mapped = [reverse(joint(f, g), factor) for f, g in zip(passed.features, predicted, strict=True)]
            weights = certainty(predicted) if options.entropy_conditioning else None
            return domain_loss(step, discriminator, mapped, weights)

        return train_jointly(cell, term, keep={"discriminator": nn.ModuleList([joint, discriminator])})
