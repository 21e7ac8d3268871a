"""GCN, GraphSAGE, GIN and GAT with the layers of torch_geometric."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PositiveInt

from relxfer.contract.options import Options
from relxfer_social.architectures.loading import node_model

if TYPE_CHECKING:
    import numpy as np


class GNNOptions(Options):
    """Sizes of the network."""

    hidden: PositiveInt = 64
    """Width of every layer."""
    layers: PositiveInt = 2
    """Rounds of messages."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.5
    """Share of the values that each layer drops in training."""


def _load(
    kind: str,
    options: GNNOptions,
    arrays: Mapping[str, np.ndarray] | None = None,
    card: Mapping[str, Any] | None = None,
) -> Any:
    from relxfer_social.architectures.gnn_net import GNN

    def build(inputs: int, classes: int) -> Any:
        return GNN(kind, inputs, options.hidden, options.layers, options.dropout, classes)

    return node_model(build, arrays, card)


gcn, sage, gin, gat = (partial(_load, kind) for kind in ("gcn", "sage", "gin", "gat"))
