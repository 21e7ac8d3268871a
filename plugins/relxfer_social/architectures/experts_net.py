"""The network of `relxfer_social.architectures.experts`."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from relxfer_social.architectures.decoupled_net import Decoupled
from relxfer_social.architectures.gnn_net import GNN
from relxfer_social.tensors.graph import Graph


class Experts(nn.Module):
    """A GCN and an MLP of the same width and depth; features [V, 2 · hidden] are those of both.

    for_classes: its head makes probabilities of classes, so that it predicts nothing else
    """

    for_classes = True

    def __init__(self, inputs: int, hidden: int, layers: int, dropout: float, classes: int):
        super().__init__()
        self.hidden, self.width = hidden, 2 * hidden
        self.messages = GNN("gcn", inputs, hidden, layers, dropout, classes)
        self.attributes = Decoupled(inputs, hidden, layers, dropout, (0, 0), classes)
        self.messages.head, self.attributes.head = nn.Identity(), nn.Identity()
        self.head: nn.Module = FusionHead(hidden, classes)

    def layers(self, graph: Graph) -> list[Tensor]:
        pairs = zip(self.messages.layers(graph), self.attributes.layers(graph), strict=True)
        return [torch.cat(pair, 1) for pair in pairs]

    def new_head(self, classes: int) -> nn.Module:
        return FusionHead(self.hidden, classes)

    def parts(self) -> list[tuple[str, nn.Module]]:
        return [("messages", self.messages), ("attributes", self.attributes), ("head", self.head)]


class FusionHead(nn.Module):
    """[b, 2 · hidden] -> [b, C]: log of the `fused` probabilities of a linear head on each half."""

    def __init__(self, hidden: int, classes: int):
        super().__init__()
        self.messages, self.attributes = nn.Linear(hidden, classes), nn.Linear(hidden, classes)

    def each(self, features: Tensor) -> list[Tensor]:
        """Scores [b, C] of each."""
        messages, attributes = features.chunk(2, 1)
        return [self.messages(messages), self.attributes(attributes)]

    def forward(self, features: Tensor) -> Tensor:
        return fused(self.each(features)).clamp(min=1e-12).log()


def fused(scores: list[Tensor]) -> Tensor:
    """[b, C]: sum_e w_e p_e / sum_e w_e of p = softmax(scores), w = log C - H(p), what a prediction tells in nats.

    >>> sure, none = torch.tensor([[9.0, 0.0]]), torch.zeros(1, 2)
    >>> bool(torch.allclose(fused([sure, none]), sure.softmax(1)))
    True
    """
    probabilities = torch.stack([each.softmax(1) for each in scores])
    # no gradient: an expert should not learn to seem sure, and that of the entropy is no number where p is 0
    entropy = torch.special.entr(probabilities.detach()).sum(2, keepdim=True)
    certainty = (math.log(probabilities.shape[2]) - entropy).clamp(min=1e-9)
    return (probabilities * certainty).sum(0) / certainty.sum(0)
