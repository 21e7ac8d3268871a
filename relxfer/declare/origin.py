"""Where a source model comes from, when it is trained on no data here."""

from __future__ import annotations

from relxfer.declare.experiment import Chosen
from relxfer.declare.schema import SourceConfig


def missing(config: SourceConfig, model: Chosen) -> str | None:
    """What to do where nothing says what the weights are, or what training goes on from; None where all is well."""
    if config.checkpoint or config.weights or config.run or model.record.bring:
        return None
    if not config.datasets:
        return (
            f"expected datasets, checkpoint or run, or weights by name, got the model {model.name!r} alone, which "
            "brings no weights; name what to learn from"
        )
    if config.continued:
        return (
            f"expected a checkpoint, weights or a run that training goes on from, got the model {model.name!r} alone, "
            "which brings no weights; name one, or leave out continued"
        )
    return None


def stem(config: SourceConfig, model: Chosen) -> str:
    """The name of a source without data: that of its file, or model and weights."""
    path = config.checkpoint or config.run
    return path.stem if path else f"{model.name} {config.weights}" if config.weights else model.label
