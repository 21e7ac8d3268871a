"""Reconstruction: features from which the inputs can be restored; no label is used."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveInt

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell
from relxfer_strategies.unlabelled.pretraining import PretrainingOptions, pretrain, unlabelled


class DecoderOptions(Options):
    """The decoder, which is dropped in the end."""

    decoder_width: PositiveInt = 256
    """Width of the decoder's hidden layer."""


class ReconstructionOptions(DecoderOptions, PretrainingOptions):
    """Whose inputs are reconstructed, and by what."""


class Reconstruction:
    """min sum over domains of mean |d(phi(x)) - x|^2, phi the body and d a decoder with one hidden layer."""

    def __init__(self, options: ReconstructionOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        return reconstruct(cell, unlabelled(cell, self.options.inputs), self.options.decoder_width)


def reconstruct(cell: Cell, streams: Any, decoder_width: int, share: float = 1.0) -> Any:
    """Train the body, and a decoder of its own, on these inputs; the learner."""
    from relxfer_strategies.unlabelled.decoder import Restoring, size_of

    objective = Restoring(cell.learner.width, decoder_width, size_of(cell, streams[0]))
    return pretrain(cell, objective, streams, share)
