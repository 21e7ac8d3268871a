"""Edge prediction, alone and with reconstruction: features by which linked nodes are told from others."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PositiveFloat
from relxfer_strategies.unlabelled.pretraining import PretrainingOptions, pretrain, unlabelled
from relxfer_strategies.unlabelled.reconstruction import DecoderOptions

from relxfer.contract.strategies import Cell


class EdgePredictionOptions(PretrainingOptions):
    """Whose links are predicted, and how many."""

    rate: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of the links between a batch's nodes that no message passes along in a step, and that are predicted."""


class EdgePrediction:
    """Cross-entropy of sigmoid(z_u · z_v) for linked pairs and as many that are not, z linear in the features.

    Kipf and Welling (2016, "Variational graph auto-encoders"), the deterministic one; but the predicted links are not
    among those that the network sees.
    """

    def __init__(self, options: EdgePredictionOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_social.strategies.hidden import Linked

        return pretrain(cell, Linked(cell.learner.width, self.options.rate), unlabelled(cell, self.options.inputs))


class GraphAutoencoderOptions(DecoderOptions, EdgePredictionOptions):
    """Those of both, and what links weigh."""

    adjacency: PositiveFloat = 1.0
    """Factor on the error of links, beside that of features."""


class GraphAutoencoder:
    """min mean |d(h) - x|^2 + adjacency · the loss of edge-prediction, h of the network without the predicted links."""

    def __init__(self, options: GraphAutoencoderOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.unlabelled.decoder import Restoring, size_of

        from relxfer_social.strategies.hidden import Linked, Restored

        wanted, streams, width = self.options, unlabelled(cell, self.options.inputs), cell.learner.width
        features = Restoring(width, wanted.hidden, size_of(cell, streams[0]))
        return pretrain(cell, Restored(features, Linked(width, wanted.rate), wanted.adjacency), streams)
