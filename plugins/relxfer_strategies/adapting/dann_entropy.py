"""DANN with entropy: features that no discriminator can tell apart, and certain predictions on the target."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveFloat

from relxfer.contract.strategies import Cell
from relxfer_strategies.adapting.dann import DANNOptions


class DANNEntropyOptions(DANNOptions):
    """Those of dann, and the weight of the entropy."""

    entropy: PositiveFloat = 1.0
    """Factor on the entropy of the target's predictions, which grows from 0 to this over the fit."""


class DANNEntropy:
    """DANN's loss + entropy · mean over the target of H(softmax of the scores), in nats.

    Wu et al. (2020, UDA-GCN, eqs. 8 to 11) for networks; Grandvalet and Bengio (2005) for the entropy.
    """

    def __init__(self, options: DANNEntropyOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.adapting.adaptation import adapt
        from relxfer_strategies.adapting.adversary import discriminator, domain_loss, ramp, reverse

        judge, wanted = discriminator(cell.learner.width, self.options.hidden), self.options

        def term(step: Any, seen: Any) -> Any:
            growing = ramp(step.progress)
            against = domain_loss(step, judge, [reverse(each, wanted.weight * growing) for each in seen.features])
            logs = seen.scores[-1].log_softmax(1)  # and not the logarithm of a probability that has become 0
            entropy = -(logs.exp() * logs).sum(1).mean()
            step.log(entropy=float(entropy.detach()))
            return against + wanted.entropy * growing * entropy

        return adapt(cell, term, keep={"discriminator": judge})
