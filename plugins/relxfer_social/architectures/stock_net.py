"""The networks of this package in layers of torch_geometric, of features and edges.

The networks themselves multiply with sparse matrices, which is fast, and in which no message stands alone. Here every
edge passes one, so that what masks messages, as explainers do, has an effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn
from torch_geometric.nn import APPNP, GCNConv, GINConv, SAGEConv, SimpleConv
from torch_geometric.utils import scatter

from relxfer.errors import Incompatible
from relxfer_social.architectures.decoupled_net import Decoupled
from relxfer_social.architectures.experts_net import Experts
from relxfer_social.architectures.filters_net import FILTERS, Filters
from relxfer_social.architectures.gnn_net import GNN
from relxfer_social.architectures.pair_net import PairNet
from relxfer_social.architectures.relational_net import Relational


class NodeScores(nn.Module):
    """What a trained network says of each node: [V, C], numbers in the units of the answers, else before the softmax.

    It has copies of the weights, and drops nothing out, also in training mode.

    Raises:
        Incompatible: the network is of another kind than those of this package.

    >>> scores = NodeScores(GNN("gcn", inputs=3, hidden=8, layers=2, dropout=0.5, classes=4))
    >>> scores(torch.ones(2, 3), torch.tensor([[0], [1]])).shape
    torch.Size([2, 4])
    """

    def __init__(self, network: Any):
        super().__init__()
        copied = deepcopy(network).cpu()
        copied = copied.encoder if isinstance(copied, PairNet) else copied
        self.body, self.head = _body(copied), copied.head
        self.eval()

    def forward(
        self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None = None, edge_kinds: Tensor | None = None
    ) -> Tensor:
        """[V, C] of x [V, F], edge_index [2, E] and edge_weight [E]; without that, every edge has a weight of 1.

        edge_kinds  [E, K], for a network that tells K kinds of edges apart: the weight of each edge as one of a kind, 0
                    where it is none; without it, no edge has a kind
        """
        of_kinds = () if edge_kinds is None else (edge_kinds,)
        scores: Tensor = self.head(self.body(x, edge_index, edge_weight, *of_kinds))
        scale = getattr(self.head, "scale", None)
        return scores if scale is None else scores * scale[1] + scale[0]


def _body(network: Any) -> nn.Module:
    """What makes features [V, width] of x, edge_index and edge_weight."""
    for kind, made in _BODIES:
        if type(network) is kind:
            return made(network)
    raise Incompatible(
        "a network in layers of torch_geometric", f"a {type(network).__name__}, which has no such", "choose another row"
    )


class _Rounds(nn.Module):
    """A GCN, GraphSAGE, GIN or GAT."""

    def __init__(self, network: GNN):
        super().__init__()
        self.inputs = network.inputs
        self.rounds = nn.ModuleList(_LAYERS[network.kind](layer) for layer in network.rounds)

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None) -> Tensor:
        values = self.inputs(x)
        for layer in self.rounds:
            values = layer(values, edge_index, edge_weight).relu()
        return values


class _Relational(nn.Module):
    """An R-GCN."""

    def __init__(self, network: Relational):
        super().__init__()
        self.inputs, self.kinds = network.inputs, len(network.kinds)
        self.rounds = nn.ModuleList(_RGCN(layer) for layer in network.rounds)

    def forward(
        self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None, edge_kinds: Tensor | None = None
    ) -> Tensor:
        of_all = x.new_ones(edge_index.shape[1]) if edge_weight is None else edge_weight
        kinds = x.new_zeros(edge_index.shape[1], self.kinds) if edge_kinds is None else edge_kinds
        shares = [_shares(weights, edge_index, len(x)) for weights in (of_all, *kinds.unbind(1))]
        values = self.inputs(x)
        for layer in self.rounds:
            values = layer(values, edge_index, shares).relu()
        return values


class _Propagated(nn.Module):
    """Layers on every node, then messages as on the target, which are those of APPNP with nothing of its input."""

    def __init__(self, network: Decoupled):
        super().__init__()
        self.layers = nn.ModuleList([network.inputs, *network.hidden])
        self.rounds = nn.ModuleList(APPNP(1, 0.0) for _ in range(network.depths[True]))

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None) -> Tensor:
        for layer in self.layers:
            x = layer(x).relu()
        for layer in self.rounds:
            x = layer(x, edge_index, edge_weight)
        return x


class _Experts(nn.Module):
    """Features of both, side by side."""

    def __init__(self, network: Experts):
        super().__init__()
        self.messages, self.attributes = _Rounds(network.messages), _Propagated(network.attributes)

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None) -> Tensor:
        return torch.cat([part(x, edge_index, edge_weight) for part in (self.messages, self.attributes)], 1)


class _Filtered(nn.Module):
    """Predictions, of which each filter takes the powers of the propagation that it has."""

    def __init__(self, network: Filters):
        super().__init__()
        self.inputs, self.classes = network.inputs, network.classes
        self.rounds = nn.ModuleList(APPNP(1, 0.0) for _ in range(max(map(len, FILTERS)) - 1))

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None) -> Tensor:
        powers = [self.inputs(x)]
        for layer in self.rounds:
            powers.append(layer(powers[-1], edge_index, edge_weight))
        each = torch.stack(powers).split(self.classes, 2)
        return torch.cat([_combined(own, of) for own, of in zip(each, FILTERS, strict=True)], 1)


def _combined(powers: Tensor, coefficients: Sequence[float]) -> Tensor:
    """[V, C] of the powers [p, V, C]."""
    return torch.tensordot(powers.new_tensor(coefficients), powers[: len(coefficients)], 1)


class _GraphSAGE(nn.Module):
    """Messages weigh by the share of their edge in what reaches a node."""

    def __init__(self, layer: SAGEConv):
        super().__init__()
        self.neighbours, self.own, self.messages = layer.lin_l, layer.lin_r, SimpleConv("sum")

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None) -> Tensor:
        weights = x.new_ones(edge_index.shape[1]) if edge_weight is None else edge_weight
        shares = _shares(weights, edge_index, len(x))
        return self.neighbours(self.messages(x, edge_index, shares)) + self.own(x)


class _RGCN(nn.Module):
    """Messages along all edges, and along those of each kind; every message of a kind goes along every edge, most with
    a share of 0, since a mask has one value for each edge."""

    def __init__(self, layer: Any):
        super().__init__()
        self.own, self.weights = layer.own, nn.ModuleList([layer.any, *layer.of_kind])
        self.messages = nn.ModuleList(SimpleConv("sum") for _ in self.weights)

    def forward(self, x: Tensor, edge_index: Tensor, shares: Sequence[Tensor]) -> Tensor:
        made: Tensor = self.own(x)
        for weights, messages, own in zip(self.weights, self.messages, shares, strict=True):
            made = made + messages(weights(x), edge_index, own)
        return made


def _shares(weights: Tensor, edge_index: Tensor, count: int) -> Tensor:
    """[E]: the share of each edge in the weights [E] of what reaches its node, 0 where nothing does."""
    sums = scatter(weights, edge_index[1], dim_size=count)[edge_index[1]]
    return torch.where(sums > 0, weights / sums, 0.0)


class _GIN(nn.Module):
    """Messages have the weights of edges."""

    def __init__(self, layer: GINConv):
        super().__init__()
        self.layers, self.own, self.messages = layer.nn, 1 + float(layer.eps), SimpleConv("sum")

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None) -> Tensor:
        return self.layers(self.messages(x, edge_index, edge_weight) + self.own * x)


class _GAT(nn.Module):
    """Attention, to which an edge of weight w counts as w edges."""

    def __init__(self, layer: nn.Module):
        super().__init__()
        self.attention = layer

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None) -> Tensor:
        attended: Tensor = self.attention(x, (edge_index, edge_weight))
        return attended


def _gcn(layer: GCNConv) -> GCNConv:
    """One that normalises edges itself."""
    made = GCNConv(layer.in_channels, layer.out_channels)
    made.load_state_dict(layer.state_dict())
    return made


#: By the kind of messages: a layer of x, edge_index and edge_weight, with the weights of one of ours.
_LAYERS: dict[str, Any] = {"gcn": _gcn, "sage": _GraphSAGE, "gin": _GIN, "gat": _GAT}
#: What makes features of each network of this package.
_BODIES: tuple[tuple[type, Any], ...] = (
    (GNN, _Rounds),
    (Decoupled, _Propagated),
    (Relational, _Relational),
    (Experts, _Experts),
    (Filters, _Filtered),
)
