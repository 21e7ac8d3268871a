"""Masked reconstruction: features of nodes that are hidden, from those of their neighbours; no label is used."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from relxfer_strategies.unlabelled.pretraining import pretrain, unlabelled
from relxfer_strategies.unlabelled.reconstruction import ReconstructionOptions

from relxfer.contract.strategies import Cell


class MaskedReconstructionOptions(ReconstructionOptions):
    """Those of reconstruction, how much is hidden, and how errors count."""

    hidden_node_share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Share of a batch's nodes whose features are hidden in a step, above 0 and below 1."""
    error_power: Annotated[float, Field(ge=1)] = 2.0
    """Power of the error, from 1 (gamma in the paper): the higher, the less easily restored nodes count."""


class MaskedReconstruction:
    """min mean over hidden nodes of (1 - cos(d(h_i), x_i))^error_power (Hou et al. 2022, "GraphMAE", eq. 2).

    h_i is what the network makes of a network in which hidden nodes have one learnt vector as features. The decoder d
    sees each node alone, so that nothing is masked a second time.
    """

    def __init__(self, options: MaskedReconstructionOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.unlabelled.decoder import decoder, size_of

        from relxfer_social.strategies.hidden import Masked

        options, learner, streams = self.options, cell.learner, unlabelled(cell, self.options.inputs)
        decode = decoder(learner.width, options.decoder_width, size_of(cell, streams[0]))
        objective = Masked(decode, learner.token_size, options.hidden_node_share, options.error_power)
        return pretrain(cell, objective, streams)
