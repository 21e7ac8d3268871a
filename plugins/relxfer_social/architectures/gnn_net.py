"""The network of `relxfer_social.architectures.gnn`."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn
from torch_geometric.nn import GATConv, GCNConv, GINConv, SAGEConv
from torch_geometric.utils import softmax

from relxfer_social.architectures.linear_net import FeatureLinear
from relxfer_social.tensors.graph import Graph, Sparse


class GNN(nn.Module):
    """A linear layer on the features, then rounds of messages with ReLU and dropout.

    GCN (Kipf and Welling 2017), GraphSAGE with means (Hamilton et al. 2017), GIN (Xu et al. 2019), GAT with four heads
    (Velickovic et al. 2018).
    """

    def __init__(self, kind: str, inputs: int, hidden: int, layers: int, dropout: float, classes: int):
        super().__init__()
        self.kind, self.width, self.dropout = kind, hidden, dropout
        self.inputs = FeatureLinear(inputs, hidden)
        self.rounds = nn.ModuleList(self._round() for _ in range(layers))
        self.head: nn.Module = nn.Linear(hidden, classes)

    def layers(self, graph: Graph) -> list[Tensor]:
        links = self._links(graph)
        outputs, values = [], self.inputs(graph.features)
        for layer in self.rounds:
            values = F.dropout(layer(values, links).relu(), self.dropout, self.training)
            outputs.append(values)
        return outputs

    @property
    def reach(self) -> int:
        """Rounds of messages."""
        return len(self.rounds)

    def new_head(self, classes: int) -> nn.Module:
        return nn.Linear(self.width, classes)

    def parts(self) -> list[tuple[str, nn.Module]]:
        rounds = [(f"round {number}", layer) for number, layer in enumerate(self.rounds)]
        return [("inputs", self.inputs), *rounds, ("head", self.head)]

    def _round(self) -> nn.Module:
        return _layer(self.kind, self.width)

    def _links(self, graph: Graph) -> Any:
        if self.kind == "gcn":
            return graph.propagation()
        if self.kind == "sage":
            return graph.means()
        return (graph.edges, graph.weights) if self.kind == "gat" else graph.neighbours()


class _Convolution(GCNConv):
    """GCNConv on a propagation that holds its transpose, which torch would compute again in every step."""

    def forward(self, values: Tensor, propagation: Sparse) -> Tensor:
        return propagation @ self.lin(values) + self.bias


class _Attention(GATConv):
    """GATConv, in which an edge of weight w counts as w edges: its attention before the softmax is that of an edge,
    plus log w. A node's own message has the weight 1."""

    def forward(self, values: Tensor, links: tuple[Tensor, Tensor | None]) -> Tensor:
        return super().forward(values, *links)

    def edge_update(
        self,
        alpha_j: Tensor,
        alpha_i: Tensor | None,
        edge_attr: Tensor | None,
        index: Tensor,
        ptr: Tensor | None,
        dim_size: int | None,
    ) -> Tensor:
        if edge_attr is None or alpha_i is None:
            return super().edge_update(alpha_j, alpha_i, edge_attr, index, ptr, dim_size)
        attention = F.leaky_relu(alpha_j + alpha_i, self.negative_slope) + edge_attr.log()[:, None]
        return softmax(attention, index, ptr, dim_size)


def _layer(kind: str, hidden: int) -> nn.Module:
    if kind == "gcn":
        return _Convolution(hidden, hidden, normalize=False)
    if kind == "sage":
        return SAGEConv(hidden, hidden, aggr="sum")  # of shares, which are the mean
    if kind == "gin":
        return GINConv(nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, hidden)))
    heads = 4 if hidden % 4 == 0 else 1
    return _Attention(hidden, hidden // heads, heads=heads, fill_value=1.0)
