"""ULTRA, a foundation model for knowledge graph reasoning (Galkin et al., ICLR 2024), weight for weight."""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from relxfer_kg.graph.adjacency import Adjacency
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.relation_graph import MEETINGS, RelationGraph
from relxfer_kg.kernels import rspmm
from relxfer_kg.kernels.operator import layer_kernels


class Layer(nn.Module):
    """One step of conditional message passing: NBFNet (Zhu et al. 2021) with DistMult messages, summed.

    ``u = rspmm(adjacency, relation, x) + boundary`` and ``y = ReLU(LayerNorm(W [x, u] + b))``, which a forward hook
    sees (to be copied: it may be reused); the states after the layer are ``y + x``.
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.layer_norm = nn.LayerNorm(dim)
        self.linear = nn.Linear(2 * dim, dim)

    def after(
        self, adjacency: Adjacency, relation: Tensor, x: Tensor, boundary: Boundary, weight: Tensor | None = None
    ) -> Tensor:
        """``y + x``. On a GPU without gradients one kernel does all that follows the sum, where nobody asks for y."""
        other = self._forward_hooks or self._forward_pre_hooks or type(self).forward is not Layer.forward
        kernels = None if other else layer_kernels(x)
        if kernels is not None:
            u = boundary.add_to(rspmm(adjacency, relation, x, weight))
            return kernels.updated(x, u, self.linear, self.layer_norm)
        y = self(adjacency, relation, x, boundary, weight)
        return y + x if y.requires_grad else y.add_(x)

    def forward(
        self, adjacency: Adjacency, relation: Tensor, x: Tensor, boundary: Boundary, weight: Tensor | None = None
    ) -> Tensor:
        """y [B, V, d] from relation [B or 1, T, d] and x [B, V, d]."""
        u = boundary.add_to(rspmm(adjacency, relation, x, weight))
        dim = x.shape[-1]
        # W [x, u] without forming [x, u].
        own, received = self.linear.weight.split(dim, 1)
        y = torch.addmm(self.linear.bias, x.view(-1, dim), own.t()).addmm_(u.view(-1, dim), received.t())
        norm = self.layer_norm
        y = F.layer_norm(y, norm.normalized_shape, norm.weight, norm.bias, norm.eps)
        return F.relu_(y).view_as(x)


class RelationLayer(Layer):
    """A layer of the relation network: one learnt vector per type of edge, shared by all relations."""

    def __init__(self, dim: int, types: int = len(MEETINGS)) -> None:
        super().__init__(dim)
        self.relation = nn.Embedding(types, dim)


class EntityLayer(Layer):
    """A layer of the entity network: edge vectors are a projection of the relation states."""

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.relation_projection = nn.Sequential(nn.Linear(dim, dim), nn.ReLU(), nn.Linear(dim, dim))


class Boundary:
    """The states before the first layer, added again in every layer: one node's vector per query."""

    def __init__(self, nodes: Tensor, vectors: Tensor) -> None:
        self.nodes, self.vectors = nodes.to(vectors.device), vectors

    def start(self, num_nodes: int) -> Tensor:
        """[B, num_nodes, d]."""
        batch, dim = self.vectors.shape
        return self.add_to(self.vectors.new_zeros(batch, num_nodes, dim))

    def add_to(self, states: Tensor) -> Tensor:
        """Add in place and return `states`."""
        batch, num_nodes, dim = states.shape
        rows = torch.arange(batch, device=states.device) * num_nodes + self.nodes
        states.view(-1, dim).index_add_(0, rows, self.vectors)
        return states


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


class RelationNetwork(nn.Module):
    """The network over the relation graph (ULTRA, section 4.2)."""

    def __init__(self, dim: int, layers: int, types: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(RelationLayer(dim, types) for _ in range(layers))


class EntityNetwork(nn.Module):
    """The network over the entities, and the head that scores them (ULTRA, section 4.3)."""

    def __init__(self, dim: int, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EntityLayer(dim) for _ in range(layers))
        self.mlp = ScoreHead(dim)


class Ultra(nn.Module):
    """Relation representations from the relation graph, then entity representations from the facts.

    Nothing in it is tied to a vocabulary, so one set of weights applies to any knowledge graph. Parameters
    carry the names of the published checkpoints (168,705 values at the default sizes); `read_weights` reads
    those.

    Args:
        dim: width d of all states.
        relation_layers, entity_layers: depth of the two networks.
        support, shares: of the relation graph (see `relxfer_kg.graph.relation_graph`); 0 and False are the paper's.

    Shapes: B queries, V entities, R = 2 x direct relations, Q distinct direct relations.

    >>> import numpy as np
    >>> graph = KnowledgeGraph(("ann", "bob", "eve"), ("knows",), np.array([[0, 0, 1], [1, 0, 2]]))
    >>> Ultra(dim=8)(graph, torch.tensor([[0, 0], [2, 1]])).shape
    torch.Size([2, 3])
    """

    relation_model: RelationNetwork
    entity_model: EntityNetwork

    def __init__(
        self,
        dim: int = 64,
        relation_layers: int = 6,
        entity_layers: int = 6,
        support: float = 0.0,
        shares: bool = False,
    ) -> None:
        super().__init__()
        self.dim, self.support, self.shares = dim, support, shares
        self.relation_model = RelationNetwork(dim, relation_layers, len(MEETINGS) * (2 if shares else 1))
        self.entity_model = EntityNetwork(dim, entity_layers)

    @property
    def head(self) -> ScoreHead:
        """What turns (entity state, query vector) into a score."""
        return self.entity_model.mlp

    @property
    def _like(self) -> Tensor:
        return next(self.parameters())

    def parts(self) -> list[tuple[str, nn.Module]]:
        """Named parts from input to output: relation layers, entity layers, the head last."""
        named = [
            (f"{model}.layers.{i}", layer)
            for model in ("relation_model", "entity_model")
            for i, layer in enumerate(getattr(self, model).layers)
        ]
        return [*named, ("head", self.head)]

    def relation_graph(self, graph: KnowledgeGraph) -> RelationGraph:
        """What the relation network runs on."""
        return graph.relation_graph(self.support, self.shares)

    def relation_states(self, graph: KnowledgeGraph, query_relations: Tensor) -> Tensor:
        """States of all relations, conditioned on each query relation: [Q, R, d] from direct ids [Q].

        The boundary is a vector of ones at the query relation. They depend on nothing else, so evaluation may
        compute them once per relation and hand them to `encode`.
        """
        relations = torch.as_tensor(query_relations)
        _check_ids("query_relations", relations, len(graph.relations))
        boundary = Boundary(relations, self._like.new_ones(len(relations), self.dim))
        x = boundary.start(graph.num_relations)
        edges = self.relation_graph(graph)
        weight = None if edges.weight is None else torch.from_numpy(edges.weight).to(x)
        for layer in cast("list[RelationLayer]", self.relation_model.layers):
            x = layer.after(edges.adjacency, layer.relation.weight[None], x, boundary, weight)
        return x

    def entity_states(
        self,
        graph: KnowledgeGraph,
        sources: Tensor,
        vectors: Tensor,
        relation_states: Tensor,
        weight: Tensor | None = None,
        which: Tensor | None = None,
    ) -> Tensor:
        """States of all entities for each query: [B, V, d].

        Args:
            graph: the facts.
            sources: [B], the entity each query starts from.
            vectors: [B, d], query vectors: the boundary at the source.
            relation_states: [B, R, d]; or [Q, R, d] with `which`.
            weight: [2n], per edge in the order of ``graph.edges``; None means ones.
            which: [B], the row of `relation_states` each query uses; None means its own.
        """
        boundary = Boundary(torch.as_tensor(sources), vectors)
        x = boundary.start(graph.num_entities)
        for layer in cast("list[EntityLayer]", self.entity_model.layers):
            relation = layer.relation_projection(relation_states)
            # index_select, here and below: unlike indexing, its gradient is summed in a fixed order.
            relation = relation if which is None else relation.index_select(0, which)
            x = layer.after(graph.adjacency, relation, x, boundary, weight)
        return x

    def encode(
        self,
        graph: KnowledgeGraph,
        queries: Tensor,
        weight: Tensor | None = None,
        states: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Entity states [B, V, d] and query vectors [B, d], the two inputs of the head.

        A tail query (h, r, ?) is (h, r), a head query (?, r, t) is (t, r + direct). Relation states are
        conditioned on the direct relation in both; the query vector is the state of the query's own relation.

        Args:
            queries: [B, 2], (entity, relation id in 0..R - 1).
            weight: [2n], per edge.
            states: [Q, R, d], relation states of the distinct direct relations of the batch, ascending, where
                they are known already.
        """
        queries = torch.as_tensor(queries)
        check_queries(graph, queries)
        # Before they are sent: a device would have to be waited for.
        distinct, which = torch.unique(queries[:, 1] % len(graph.relations), return_inverse=True)
        entity, relation, which = (column.to(self._like.device) for column in (*queries.unbind(1), which))
        if states is None:
            states = self.relation_states(graph, distinct)
        vectors = _rows(states, which, relation)
        precision = next(self.entity_model.layers.parameters(), vectors).dtype  # may be lower than that of the rest
        encoded = self.entity_states(graph, entity, vectors.to(precision), states.to(precision), weight, which)
        return encoded, vectors

    def forward(
        self,
        graph: KnowledgeGraph,
        queries: Tensor,
        weight: Tensor | None = None,
        candidates: Tensor | None = None,
    ) -> Tensor:
        """Logits of every entity [B, V], or of `candidates` [B, C].

        Raises:
            ValueError: queries or candidates are malformed or out of range.
        """
        states, vectors = self.encode(graph, queries, weight)
        if candidates is not None:
            chosen = torch.as_tensor(candidates)
            _check_ids("candidates", chosen, graph.num_entities)
            chosen = chosen.to(states.device)
            states = _rows(states, torch.arange(len(states), device=states.device)[:, None], chosen)
        return self.head.score(states, vectors)


def _rows(table: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """``table[first, second]`` for a table [N, M, d], with a gradient that is summed in a fixed order."""
    return F.embedding(first * table.shape[1] + second, table.flatten(0, 1))


def check_queries(graph: KnowledgeGraph, queries: Tensor | np.ndarray) -> None:
    """Raise `ValueError` unless queries are [B, 2], (entity, relation id), in range."""
    queries = torch.as_tensor(queries)
    if queries.dim() != 2 or queries.shape[1] != 2:
        raise ValueError(f"Expected queries as [B, 2], (entity, relation) (got {list(queries.shape)})")
    _check_ids("query entities", queries[:, 0], graph.num_entities)
    _check_ids("query relations", queries[:, 1], graph.num_relations)


def _check_ids(name: str, ids: Tensor, limit: int) -> None:
    if ids.is_floating_point():
        raise ValueError(f"Expected {name} as integers (got {ids.dtype})")
    if ids.numel() and (int(ids.min()) < 0 or int(ids.max()) >= limit):
        raise ValueError(f"Expected {name} in 0..{limit - 1} (got {int(ids.min())}..{int(ids.max())})")
