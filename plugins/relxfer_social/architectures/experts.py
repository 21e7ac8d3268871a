"""Two networks side by side: one that passes messages, one that sees each node alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from relxfer_social.architectures.gnn import GNNOptions
from relxfer_social.architectures.loading import node_model

if TYPE_CHECKING:
    import numpy as np


def experts(
    options: GNNOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `experts`."""
    from relxfer_social.architectures.experts_net import Experts

    def build(inputs: int, classes: int) -> Any:
        return Experts(inputs, options.hidden, options.layers, options.dropout, classes)

    return node_model(build, arrays, card)
