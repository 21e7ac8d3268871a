"""Edge prediction, alone and with reconstruction: features by which linked nodes are told from others."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PositiveFloat
from relxfer_strategies.unlabelled.pretraining import PretrainingOptions, pretrain, unlabelled
from relxfer_strategies.unlabelled.reconstruction import DecoderOptions

from relxfer.contract.options import Searched
from relxfer.contract.strategies import Cell


class EdgePredictionOptions(PretrainingOptions):
    """Whose links are predicted, and how many."""

    hidden_link_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the links between a batch's nodes that are hidden in a step, and predicted; above 0, up to 1."""


class EdgePrediction:
    """Cross-entropy of sigmoid(z_u · z_v) for linked pairs and as many that are not, z linear in the features.

    Kipf and Welling (2016, "Variational graph auto-encoders"), the deterministic one; but the predicted links are not
    among those that the network sees.
    """

    def __init__(self, options: EdgePredictionOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_social.strategies.hidden import Linked

        options = self.options
        objective = Linked(cell.learner.width, options.hidden_link_share)
        return pretrain(cell, objective, unlabelled(cell, options.inputs))


class GraphAutoencoderOptions(DecoderOptions, EdgePredictionOptions):
    """Those of both, and what links weigh."""

    link_loss_weight: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on the loss of links beside the error of features, above 0."""


class GraphAutoencoder:
    """min mean |d(h) - x|^2 + link_loss_weight · the loss of edge-prediction.

    h are the features in the network without the predicted links, d(h) what the decoder makes of them.
    """

    def __init__(self, options: GraphAutoencoderOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.unlabelled.decoder import Restoring, size_of

        from relxfer_social.strategies.hidden import Linked, Restored

        options, streams, width = self.options, unlabelled(cell, self.options.inputs), cell.learner.width
        features = Restoring(width, options.decoder_width, size_of(cell, streams[0]))
        links = Linked(width, options.hidden_link_share)
        return pretrain(cell, Restored(features, links, options.link_loss_weight), streams)
