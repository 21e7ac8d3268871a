"""A network whose messages differ by the kind of their edges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from relxfer_social.architectures.gnn import GNNOptions
from relxfer_social.architectures.loading import node_model

if TYPE_CHECKING:
    import numpy as np


def rgcn(
    options: GNNOptions, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None
) -> Any:
    """The loader of the record `rgcn`."""
    from relxfer_social.architectures.relational_net import Relational

    def build(inputs: int, classes: int) -> Any:
        return Relational(inputs, options.hidden, options.layers, options.dropout, classes)

    return node_model(build, arrays, card)
