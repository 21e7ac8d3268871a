"""Autoencoder: features of source and target inputs, then a classifier (feature-representation transfer)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from relxfer.contract.strategies import Cell
from relxfer_strategies.unlabelled.pretraining import unlabelled
from relxfer_strategies.unlabelled.reconstruction import DecoderOptions, reconstruct


class AutoencoderOptions(DecoderOptions):
    """The decoder, and how the classifier is trained."""

    reconstruction_share: Annotated[float, Field(gt=0, lt=1)] = 0.7
    """Share of the steps for the reconstruction, above 0 and below 1; the classifier has the rest."""
    classifier: Literal["tuned", "logistic", "svm", "ridge"] = "tuned"
    """Train everything on the labels (`tuned`), or solve for a head on frozen features: `logistic` or `svm` for classes
    and labels, `ridge` for numbers."""


class Autoencoder:
    """A fresh model learns to reconstruct the inputs of sources and target, then to classify the labelled ones.

    The reconstruction is that of the stage `reconstruction`.
    """

    def __init__(self, options: AutoencoderOptions):
        self.options = options

    @property
    def learns_validation(self) -> bool:
        """A head that is solved for is fitted to all labels of the budget."""
        return self.options.classifier != "tuned"

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.tuning.linear_heads import solve

        options = self.options
        share = options.reconstruction_share
        learner = reconstruct(cell, unlabelled(cell, "both"), options.decoder_width, share)
        if options.classifier == "tuned":
            learner.learn([cell.target.train], cell.part("classifier", 1 - share).trainer)
        else:
            solve(cell, options.classifier)
        return learner
