"""DANN with entropy: features that no discriminator can tell apart, and certain predictions on the target."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PositiveFloat

from relxfer.contract.options import Searched
from relxfer.contract.strategies import Cell
from relxfer_strategies.adapting.dann import DANNOptions


class DANNEntropyOptions(DANNOptions):
    """Those of dann, and the weight of the entropy."""

    entropy_weight: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on the entropy of the target's predictions beside the task loss, which grows from 0 to this; above 0."""


class DANNEntropy:
    """DANN's loss + entropy_weight · mean over the target of H(softmax of the scores), in nats.

    Wu et al. (2020, UDA-GCN, eqs. 8 to 11) for networks; Grandvalet and Bengio (2005) for the entropy.
    """

    def __init__(self, options: DANNEntropyOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer.authoring.adversary import domain_loss, new_discriminator, ramp, reverse
        from relxfer.authoring.joint_training import train_jointly

        options = self.options
        discriminator = new_discriminator(cell.learner.width, options.discriminator_width)

        def term(step: Any, passed: Any) -> Any:
            growth = ramp(step.progress)
            reversed_features = [reverse(each, options.reversal_factor * growth) for each in passed.features]
            adversarial = domain_loss(step, discriminator, reversed_features)
            logs = passed.scores[-1].log_softmax(1)  # not the logarithm of the softmax, which may have become 0
            entropy = -(logs.exp() * logs).sum(1).mean()
            step.log(entropy=float(entropy.detach()))
            return adversarial + options.entropy_weight * growth * entropy

        return train_jointly(cell, term, keep={"discriminator": discriminator})
