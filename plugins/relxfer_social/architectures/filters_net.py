"""The network of `relxfer_social.architectures.filters`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from relxfer.errors import Incompatible
from relxfer_social.architectures.linear_net import FeatureLinear
from relxfer_social.tensors.graph import Graph

#: Filters as polynomials in the propagation P, the coefficient of P^0 first: X, P X, P^2 X, (I - P) X, (I - P)^2 X.
FILTERS = ((1.0,), (0.0, 1.0), (0.0, 0.0, 1.0), (1.0, -1.0), (1.0, -2.0, 1.0))
#: Entropy in bits to which the distances of one prediction to the others are normalised; 2 would be no preference.
ENTROPY = 1.0
#: Steps of bisection, and where it begins, for the logarithm of a bandwidth.
BISECTIONS, EXTREME = 40, 20.0


def filtered(propagation: Any, values: Any, coefficients: Sequence[float]) -> Any:
    """sum_p c_p P^p values, of P and values that can be multiplied."""
    total = coefficients[0] * values
    for coefficient in coefficients[1:]:
        values = propagation @ values
        total = total + coefficient * values
    return total


class Filters(nn.Module):
    """A linear prediction on each filter of the features, and attention over these predictions (Zhao et al. 2024).

    Filter and prediction are both linear, so that a node is predicted first and filtered then: width 5 · classes.
    """

    def __init__(self, inputs: int, classes: int):
        super().__init__()
        self.classes, self.width = classes, len(FILTERS) * classes
        self.inputs = FeatureLinear(inputs, self.width)
        self.head: nn.Module = Attention()

    def layers(self, graph: Graph) -> list[Tensor]:
        each = self.inputs(graph.features).split(self.classes, 1)
        propagation = graph.propagation()
        return [torch.cat([filtered(propagation, v, c) for v, c in zip(each, FILTERS, strict=True)], 1)]

    def new_head(self, classes: int) -> nn.Module:
        if classes != self.classes:
            raise Incompatible(
                f"the {self.classes} classes that every filter predicts",
                f"{classes}",
                'use the strategy "closed-form", which solves for the classes of any target',
            )
        return Attention()

    def parts(self) -> list[tuple[str, nn.Module]]:
        return [("inputs", self.inputs), ("head", self.head)]


class Attention(nn.Module):
    """[b, 5 · C] -> [b, C]: sum_k a_k y_k of the predictions y_k of a node, a = softmax(MLP(`profile`)).

    a depends on no feature and no class, so that it is meaningful on any network. Untrained, it is the mean.
    """

    def __init__(self, hidden: int = 32):
        super().__init__()
        count = len(FILTERS)
        self.inner, self.outer = nn.Linear(count * (count - 1), hidden), nn.Linear(hidden, count)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, features: Tensor) -> Tensor:
        values = features.unflatten(1, (len(FILTERS), -1))
        weights = self.outer(self.inner(profile(values.detach())).relu()).softmax(1)
        return (weights[:, :, None] * values).sum(1)


def profile(values: Tensor) -> Tensor:
    """[b, t (t - 1)]: p(j | i) = softmax over j != i of -|y_i - y_j|^2 / s_i, s_i so that its entropy is 1 bit.

    values  y [b, t, C]; s_i comes of bisection. Distances of any size and between any classes become comparable (Zhao
            et al. 2024, "Fully-inductive node classification on arbitrary graphs": entropy-normalised distances)

    >>> profile(torch.tensor([[[0.0], [1.0], [9.0]]])).shape
    torch.Size([1, 6])
    """
    count = values.shape[1]
    others = ~torch.eye(count, dtype=torch.bool, device=values.device)
    distances = (values[:, :, None] - values[:, None]).square().sum(3)[:, others].unflatten(1, (count, count - 1))
    distances = distances / distances.mean((1, 2), keepdim=True).clamp(min=1e-12)
    low, high = torch.full_like(distances[..., :1], -EXTREME), torch.full_like(distances[..., :1], EXTREME)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        shares = (-distances * middle.exp()).softmax(2)
        bits = torch.special.entr(shares).sum(2, keepdim=True) / torch.log(torch.tensor(2.0))
        low, high = torch.where(bits >= ENTROPY, middle, low), torch.where(bits < ENTROPY, middle, high)
    return shares.flatten(1)
