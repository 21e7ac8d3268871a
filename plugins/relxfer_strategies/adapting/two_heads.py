"""Two linear heads on the same features, for strategies that make them disagree."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

from relxfer.errors import Incompatible


class TwoHeads(nn.Module):
    """[b, width] -> [b, C]: the mean of the scores of two heads."""

    def __init__(self, first: nn.Module, second: nn.Module):
        super().__init__()
        for head in (first, second):
            if not isinstance(head, nn.Linear):
                raise Incompatible(
                    "a head of one linear layer, of which two can be averaged",
                    type(head).__name__,
                    "choose a strategy with one head (dann, cdan, mmd, coral, mcc)",
                )
        self.first, self.second = first, second

    def forward(self, features: Tensor) -> Tensor:
        return (self.first(features) + self.second(features)) / 2

    def disagreement(self, features: Tensor) -> Tensor:
        """mean |p_1 - p_2| over rows and classes (Saito et al. 2018, eq. 2)."""
        return (self.first(features).softmax(1) - self.second(features).softmax(1)).abs().mean()

    def merged(self) -> nn.Module:
        """One head with the same scores: linear maps are averaged by their weights."""
        made = deepcopy(self.first)
        with torch.no_grad():
            for mean, second in zip(made.parameters(), self.second.parameters(), strict=True):
                mean.copy_((mean + second) / 2)
        return made
