"""A network that transforms every node and then propagates, to another depth in source and target; and an MLP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PositiveInt

from relxfer.contract.options import Options
from relxfer_social.architectures.loading import node_model

if TYPE_CHECKING:
    import numpy as np


class MLPOptions(Options):
    """Sizes of the network."""

    hidden: PositiveInt = 64
    """Width of every layer."""
    layers: PositiveInt = 2
    """Linear layers before the head."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.5
    """Share of the values that each layer drops in training."""


class DecoupledOptions(MLPOptions):
    """And how far it propagates."""

    source_depth: Annotated[int, Field(ge=0)] = 0
    """Rounds of propagation on sources."""
    target_depth: Annotated[int, Field(ge=0)] = 10
    """Rounds of propagation on the target."""


def decoupled(
    options: DecoupledOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `decoupled`."""
    return _load(options, (options.source_depth, options.target_depth), arrays, card)


def mlp(
    options: MLPOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `mlp`: links are not used."""
    return _load(options, (0, 0), arrays, card)


def _load(options: MLPOptions, depths: tuple[int, int], arrays: Any, card: Any) -> Any:
    from relxfer_social.architectures.decoupled_net import Decoupled

    def build(inputs: int, classes: int) -> Any:
        return Decoupled(inputs, options.hidden, options.layers, options.dropout, depths, classes)

    return node_model(build, arrays, card)
