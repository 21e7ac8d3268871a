"""The network of `relxfer_social.architectures.relational`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from torch import Tensor, nn

from relxfer_social.architectures.gnn_net import GNN
from relxfer_social.tensors.graph import Graph, Sparse

#: The means over all edges, and over those of each kind, None where there are none.
Links: TypeAlias = tuple[Tensor, Sequence[Sparse | None]]


class Relational(GNN):
    """Rounds of h_v' = ReLU(W_0 h_v + W mean of all h_u + sum_k W_k mean of h_u over edges of kind k that reach v).

    The relational layer of Schlichtkrull et al. (2018, equation 2), with c_(v, k) the number of these edges, or the sum
    of their weights, and a term for all edges alike, which says what there is to say of edges without a kind, or of one
    that the model has not seen.
    """

    def __init__(self, inputs: int, hidden: int, layers: int, dropout: float, classes: int):
        super().__init__("rgcn", inputs, hidden, layers, dropout, classes)
        self.kinds: tuple[str, ...] = ()

    def tell_apart(self, kinds: tuple[str, ...]) -> None:
        """Have weights for each of these kinds of edges, untrained."""
        self.kinds = kinds
        for layer in self.rounds:
            layer.of_kind = nn.ModuleList(nn.Linear(self.width, self.width, bias=False) for _ in kinds)

    def _round(self) -> nn.Module:
        return Round(self.width)

    def _links(self, graph: Graph) -> Links:
        return graph.means(), [graph.means_of(kind) for kind in self.kinds]


class Round(nn.Module):
    """One round of messages."""

    of_kind: nn.ModuleList

    def __init__(self, hidden: int):
        super().__init__()
        self.own, self.any = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden, bias=False)
        self.of_kind = nn.ModuleList()

    def forward(self, values: Tensor, links: Links) -> Tensor:
        """[V, hidden] of values [V, hidden]."""
        every, of_kind = links
        made: Tensor = self.own(values) + every @ self.any(values)
        for means, weights in zip(of_kind, self.of_kind, strict=True):
            if means is not None:
                made = made + means @ weights(values)
        return made
