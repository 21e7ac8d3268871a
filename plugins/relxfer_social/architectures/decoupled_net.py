"""The network of `relxfer_social.architectures.decoupled`."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from relxfer_social.architectures.linear_net import FeatureLinear
from relxfer_social.tensors.graph import Graph


class Decoupled(nn.Module):
    """Linear layers with ReLU and dropout on every node, then values <- P values, P the normalised adjacency.

    The depth of propagation may differ between source and target, since a bound on the target's error falls with
    propagation there (Liu et al. 2024, "Rethinking propagation for unsupervised graph domain adaptation").
    """

    def __init__(self, inputs: int, hidden: int, layers: int, dropout: float, depths: tuple[int, int], classes: int):
        super().__init__()
        self.width, self.dropout, self.depths = hidden, dropout, depths
        self.inputs = FeatureLinear(inputs, hidden)
        self.hidden = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(layers - 1))
        self.head: nn.Module = nn.Linear(hidden, classes)

    def layers(self, graph: Graph) -> list[Tensor]:
        values = [self._dropped(self.inputs(graph.features))]
        for layer in self.hidden:
            values.append(self._dropped(layer(values[-1])))
        for _ in range(self.depths[graph.target]):
            values.append(graph.propagation() @ values[-1])
        return values

    @property
    def reach(self) -> int:
        """Rounds of messages, on the side that has more."""
        return max(self.depths)

    def new_head(self, classes: int) -> nn.Module:
        return nn.Linear(self.width, classes)

    def parts(self) -> list[tuple[str, nn.Module]]:
        hidden = [(f"hidden {number}", layer) for number, layer in enumerate(self.hidden)]
        return [("inputs", self.inputs), *hidden, ("head", self.head)]

    def _dropped(self, values: Tensor) -> Tensor:
        return F.dropout(values.relu(), self.dropout, self.training)
