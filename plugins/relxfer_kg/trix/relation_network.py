"""TRIX's message passing between relations, whose edges are labelled by entities."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from relxfer_kg.layers.message_passing import EntityLayer
from relxfer_kg.trix.families import FAMILIES
from relxfer_kg.trix.incidence import Incidence


class RelationNetwork(nn.Module):
    """Layers that each have a part for every family of meetings (see `Incidence`); their outputs are added.

    ``x + sum over families f of ReLU(LayerNorm(W_f [x, m_f + boundary] + b_f))``, where m_f are the messages received
    in f, with the labels w = projection_f(entity states).
    """

    def __init__(self, dim: int, layers: int) -> None:
        super().__init__()
        for family in FAMILIES:
            self.add_module(f"layers_{family}", nn.ModuleList(EntityLayer(dim) for _ in range(layers)))

    def layer(self, number: int) -> list[EntityLayer]:
        """The parts of a layer, in the order of `FAMILIES`."""
        families = [cast("nn.ModuleList", getattr(self, f"layers_{family}")) for family in FAMILIES]
        return [cast("EntityLayer", layers[number]) for layers in families]

    def after(self, number: int, incidence: Incidence, x: Tensor, boundary: Tensor, entities: Tensor) -> Tensor:
        """States [B, R, d] after a layer.

        Args:
            x, boundary: [B, R, d], or what broadcasts to it for the boundary.
            entities: [B, V, d], states of the entities, or what broadcasts to it.
        """
        layers = self.layer(number)
        after, received = x, incidence.received(x, [layer.relation_projection(entities) for layer in layers])
        for layer, messages in zip(layers, received, strict=True):
            after = after + layer.updated(x, messages + boundary)
        return after
