"""A source model from the layers of an architecture; where a pair of nodes has features, with layers for these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def node_model(
    build: Callable[[int, int], Any], arrays: Mapping[str, np.ndarray] | None, card: Mapping[str, Any] | None
) -> Any:
    """The model behind a record; `build(inputs, classes)` makes the layers for so many features and classes."""
    from relxfer_social.architectures.pair_net import PairNet
    from relxfer_social.model import NodeModel

    def with_pairs(inputs: int, classes: int, pairs: int) -> Any:
        encoder = build(inputs, classes)
        return PairNet(encoder, pairs) if pairs else encoder

    return NodeModel(with_pairs, arrays, card)
