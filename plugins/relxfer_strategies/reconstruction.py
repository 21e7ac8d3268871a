"""Reconstruction: features from which the inputs can be restored; no label is used."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import PositiveInt

from relxfer.config import Options
from relxfer.protocols import Cell


class DecoderOptions(Options):
    """The decoder, which is dropped in the end."""

    hidden: PositiveInt = 256
    """Width of its hidden layer."""


class ReconstructionOptions(DecoderOptions):
    """Whose inputs are reconstructed, and by what."""

    inputs: Literal["both", "target", "sources"] = "both"
    """Of sources and target, of the target alone, or of the sources alone (in the stages of a [source])."""

    def needs(self) -> tuple[str, ...]:
        """The inputs themselves."""
        wanted = {"sources": ("source-inputs",), "target": ("target-inputs",)}
        return wanted.get(self.inputs, ("source-inputs", "target-inputs"))


class Reconstruction:
    """min sum over domains of mean |d(phi(x)) - x|^2, phi the body and d a decoder with one hidden layer.

    A stage: the head stays untrained, so no validator has anything to score, and the last step counts.
    """

    def __init__(self, options: ReconstructionOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        streams: list[Any] = []
        if self.options.inputs != "target":
            streams += [source.unlabelled or source.train for source in cell.sources]
        if self.options.inputs != "sources":
            streams += [cell.target.unlabelled]
        return reconstruct(cell, [examples.hidden() for examples in streams], self.options.hidden)


def reconstruct(cell: Cell, streams: Any, hidden: int, share: float = 1.0) -> Any:
    """Train the body, and a decoder of its own, on these inputs; the learner."""
    from torch import nn

    learner = cell.learner
    size = learner.tensor(next(cell.trainer.batches(learner, streams[0]))).shape[1]
    decoder = nn.Sequential(nn.Linear(learner.width, hidden), nn.ReLU(), nn.Linear(hidden, size))
    decoder.to(next(learner.module.parameters()).device)

    def loss(step: Any, *batches: Any) -> Any:
        return sum((decoder(learner.features(b)) - learner.tensor(b)).square().mean() for b in batches)

    body = [part for _, part in learner.parts()[:-1]]
    groups = {"body": (body, 1.0), "decoder": (decoder, 1.0)}
    cell.trainer.fit(learner, loss, *streams, share=share, groups=groups, keep={"decoder": decoder}, select=False)
    return learner
