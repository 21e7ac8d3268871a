"""The head that scores entities for a query."""

from __future__ import annotations

from typing import cast

import torch.nn.functional as F
from torch import Tensor, nn

from relxfer_kg.kernels.operator import layer_kernels


class ScoreHead(nn.Sequential):
    """Score of an entity for a query: ``MLP([entity state, query vector])``, 2d -> 2d -> 1, a logit."""

    def __init__(self, dim: int) -> None:
        super().__init__(nn.Linear(2 * dim, 2 * dim), nn.ReLU(), nn.Linear(2 * dim, 1))

    def score(self, states: Tensor, vectors: Tensor) -> Tensor:
        """[B, C] from states [B, C, d] and vectors [B, d], whose half of the first layer is computed once.

        Computed in the precision of the head, whatever that of the states is.
        """
        first, _, last = cast("tuple[nn.Linear, nn.ReLU, nn.Linear]", tuple(self))
        entity, query = first.weight.split(states.shape[-1], 1)
        asked = F.linear(vectors, query, first.bias)
        kernels = layer_kernels(states)
        if kernels is not None:
            return kernels.scored(states, asked, first, last)
        hidden = F.linear(states.to(entity.dtype), entity) + asked[:, None]
        return last(F.relu_(hidden)).squeeze(-1)
