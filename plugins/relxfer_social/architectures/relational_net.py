"""The network of `relxfer_social.architectures.relational`."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from relxfer_social.architectures.linear_net import FeatureLinear
from relxfer_social.tensors.graph import Graph


class Relational(nn.Module):
    """Rounds of h_v' = ReLU(W_0 h_v + W mean of all h_u + sum_k W_k mean of h_u over edges of kind k that reach v).

    The relational layer of Schlichtkrull et al. (2018, equation 2), with c_(v, k) the number of these edges, or the sum
    of their weights, and a term for all edges alike, which says what there is to say of edges without a kind, or of one
    that the model has not seen.
    """

    def __init__(self, inputs: int, hidden: int, layers: int, dropout: float, classes: int):
        super().__init__()
        self.width, self.dropout = hidden, dropout
        self.kinds: tuple[str, ...] = ()
        self.inputs = FeatureLinear(inputs, hidden)
        self.rounds = nn.ModuleList(Round(hidden) for _ in range(layers))
        self.head: nn.Module = nn.Linear(hidden, classes)

    def tell_apart(self, kinds: tuple[str, ...]) -> None:
        """Have weights for each of these kinds of edges, untrained."""
        self.kinds = kinds
        for layer in self.rounds:
            layer.of_kind = nn.ModuleList(nn.Linear(self.width, self.width, bias=False) for _ in kinds)

    def layers(self, graph: Graph) -> list[Tensor]:
        outputs, values = [], self.inputs(graph.features)
        for layer in self.rounds:
            values = F.dropout(layer(values, graph, self.kinds).relu(), self.dropout, self.training)
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


class Round(nn.Module):
    """One round of messages."""

    of_kind: nn.ModuleList

    def __init__(self, hidden: int):
        super().__init__()
        self.own, self.any = nn.Linear(hidden, hidden), nn.Linear(hidden, hidden, bias=False)
        self.of_kind = nn.ModuleList()

    def forward(self, values: Tensor, graph: Graph, kinds: tuple[str, ...]) -> Tensor:
        """[V, hidden] of values [V, hidden]."""
        made: Tensor = self.own(values) + graph.means() @ self.any(values)
        for kind, weights in zip(kinds, self.of_kind, strict=True):
            means = graph.means_of(kind)
            if means is not None:
                made = made + means @ weights(values)
        return made
