"""A network for pairs of nodes: the features of both, with the features of the pair itself."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from relxfer.authoring.named_head import NamedHead


class PairNet(NamedHead):
    """relu(W [z_u · z_v, k_uv] + b), z of the encoder, k the features of the pair; then the encoder's head.

    Dropout of 0.2 follows. Of single nodes it is the encoder alone.
    """

    at = "encoder.head"

    def __init__(self, encoder: Any, pairs: int):
        super().__init__()
        self.encoder, self.width = encoder, encoder.width
        self.pair = nn.Linear(encoder.width + pairs, encoder.width)

    @property
    def reach(self) -> int | None:
        """The encoder's rounds of messages."""
        return getattr(self.encoder, "reach", None)

    def layers(self, graph: Any) -> list[Tensor]:
        return self.encoder.layers(graph)

    def joined(self, products: Tensor, pair_features: Tensor) -> Tensor:
        """[B, width] of products [B, width] and of features of the pairs [B, k]."""
        return F.dropout(self.pair(torch.cat([products, pair_features], 1)).relu(), 0.2, self.training)

    def new_head(self, classes: int) -> nn.Module:
        return self.encoder.new_head(classes)

    def parts(self) -> list[tuple[str, nn.Module]]:
        *body, head = self.encoder.parts()
        return [*body, ("pair", self.pair), head]
