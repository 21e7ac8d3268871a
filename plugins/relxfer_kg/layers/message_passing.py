"""Conditional message passing: NBFNet's layer and the states that a query starts from (Zhu et al. 2021)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from relxfer_kg.graph.adjacency import Adjacency, adjacency_of
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.kernels import rspmm
from relxfer_kg.kernels.operator import layer_kernels


def rows_of(table: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """``table[first, second]`` for a table [N, M, d], with a gradient that is summed in a fixed order."""
    return F.embedding(first * table.shape[1] + second, table.flatten(0, 1))


class Layer(nn.Module):
    """One step of conditional message passing: NBFNet (Zhu et al. 2021) with DistMult messages, summed.

    ``u = rspmm(adjacency, relation, x) + boundary`` and ``y = ReLU(LayerNorm(W [x, u] + b))``; the states after the
    layer are ``y + x``. A forward hook gets y and must copy it: without gradients `after` adds x in its memory.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.layer_norm = nn.LayerNorm(dim)
        self.linear = nn.Linear(2 * dim, dim)

    def after(
        self, adjacency: Adjacency, relation: Tensor, x: Tensor, boundary: Boundary, weight: Tensor | None = None
    ) -> Tensor:
        """``y + x``. On a GPU without gradients one kernel computes all that follows the sum of messages.

        That kernel never forms y, so a layer that has hooks or a `forward` of its own takes the plain path.
        """
        changed = self._forward_hooks or self._forward_pre_hooks or type(self).forward is not Layer.forward
        kernels = None if changed else layer_kernels(x)
        if kernels is not None:
            u = boundary.add_to(rspmm(adjacency, relation, x, weight))
            return kernels.updated(x, u, self.linear, self.layer_norm)
        y = self(adjacency, relation, x, boundary, weight)
        return y + x if y.requires_grad else y.add_(x)

    def forward(
        self, adjacency: Adjacency, relation: Tensor, x: Tensor, boundary: Boundary, weight: Tensor | None = None
    ) -> Tensor:
        """y [B, V, d] from relation [B or 1, T, d] and x [B, V, d]."""
        return self.updated(x, boundary.add_to(rspmm(adjacency, relation, x, weight)))

    def updated(self, x: Tensor, u: Tensor) -> Tensor:
        """y from x and u, all [B, V, d]."""
        dim = x.shape[-1]
        # W [x, u] without forming [x, u].
        own, received = self.linear.weight.split(dim, 1)
        y = torch.addmm(self.linear.bias, x.view(-1, dim), own.t()).addmm_(u.view(-1, dim), received.t())
        norm = self.layer_norm
        y = F.layer_norm(y, norm.normalized_shape, norm.weight, norm.bias, norm.eps)
        return F.relu_(y).view_as(x)


class RelationLayer(Layer):
    """A layer whose edge vectors are learnt, one per type of edge: for graphs whose edge types are always the same."""

    def __init__(self, dim: int, types: int) -> None:
        super().__init__(dim)
        self.relation = nn.Embedding(types, dim)


class EntityLayer(Layer):
    """A layer whose edge vectors are a projection of relation states: for graphs with relations of their own."""

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.relation_projection = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, dim))


def passed(
    layers: Sequence[EntityLayer],
    graph: KnowledgeGraph,
    x: Tensor,
    boundary: Boundary,
    relation_states: Tensor,
    weight: Tensor | None = None,
    which: Tensor | None = None,
) -> Tensor:
    """States of all entities [B, V, d] after the layers, from x before them.

    Args:
        relation_states: [B, R, d]; or [Q, R, d] with `which`.
        weight: [2n], per edge in the order of ``graph.edges``; None means ones.
        which: [B], the row of `relation_states` each query uses; None means its own.
    """
    for layer in layers:
        relation = layer.relation_projection(relation_states)
        # index_select: unlike indexing, its gradient is summed in a fixed order.
        relation = relation if which is None else relation.index_select(0, which)
        x = layer.after(adjacency_of(graph), relation, x, boundary, weight)
    return x


class Boundary:
    """The states before the first layer, added again in every layer: one node's vector per query, or those of several.

    Args:
        nodes: [B], or [B, K]; a node that is named twice gets the sum.
        vectors: [B, d], or [B, K, d].
    """

    def __init__(self, nodes: Tensor, vectors: Tensor) -> None:
        self.nodes, self.vectors = nodes.to(vectors.device), vectors

    def start(self, num_nodes: int) -> Tensor:
        """[B, num_nodes, d]."""
        batch, dim = self.vectors.shape[0], self.vectors.shape[-1]
        return self.add_to(self.vectors.new_zeros(batch, num_nodes, dim))

    def add_to(self, states: Tensor) -> Tensor:
        """Add in place and return `states`."""
        batch, num_nodes, dim = states.shape
        first = torch.arange(batch, device=states.device) * num_nodes
        rows = self.nodes + (first if self.nodes.dim() == 1 else first[:, None])
        states.view(-1, dim).index_add_(0, rows.flatten(), self.vectors.reshape(-1, dim))
        return states
