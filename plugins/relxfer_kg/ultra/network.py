"""ULTRA, a foundation model for knowledge graph reasoning (Galkin et al., ICLR 2024), weight for weight."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.relation_graph import MEETINGS, RelationGraph, relation_graph
from relxfer_kg.layers.count_readout import CountReadout
from relxfer_kg.layers.entity_scores import EntityScores, asked
from relxfer_kg.layers.ids import check_ids
from relxfer_kg.layers.message_passing import Boundary, EntityLayer, RelationLayer, passed, rows_of
from relxfer_kg.layers.score_head import ScoreHead


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


class Ultra(EntityScores):
    """Relation representations from the relation graph, then entity representations from the facts.

    No parameter belongs to a vocabulary, so that one set of weights applies to any knowledge graph. Parameters
    have the names of the published checkpoints (168,705 values at the default sizes); `read_weights` reads
    those.

    Args:
        dim: width d of all states.
        relation_layers, entity_layers: depth of the two networks.
        support, shares: of the relation graph (see `relxfer_kg.graph.relation_graph`); 0 and False are the paper's.
        half_links: whether counts add to the scores (see `CountReadout`); not in the paper.

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
        half_links: bool = False,
    ) -> None:
        super().__init__()
        self.dim, self.support, self.shares = dim, support, shares
        self.relation_model = RelationNetwork(dim, relation_layers, len(MEETINGS) * (2 if shares else 1))
        self.entity_model = EntityNetwork(dim, entity_layers)
        self.half_links = CountReadout(dim) if half_links else None

    @property
    def head(self) -> ScoreHead:
        return self.entity_model.mlp

    @property
    def _like(self) -> Tensor:
        return next(self.parameters())

    def parts(self) -> list[tuple[str, nn.Module]]:
        """Named parts from input to output: relation layers, entity layers, counts, the head last."""
        named = [
            (f"{model}.layers.{i}", layer)
            for model in ("relation_model", "entity_model")
            for i, layer in enumerate(getattr(self, model).layers)
        ]
        counts = [] if self.half_links is None else [("half_links", self.half_links)]
        return [*named, *counts, ("head", self.head)]

    def relation_graph(self, graph: KnowledgeGraph) -> RelationGraph:
        """The relation graph that the relation network runs on."""
        return relation_graph(graph, self.support, self.shares)

    def relation_states(self, graph: KnowledgeGraph, query_relations: Tensor) -> Tensor:
        """States of all relations, conditioned on each query relation: [Q, R, d] from direct ids [Q].

        The boundary is a vector of ones at the query relation. The states depend on graph and query relation only,
        so that evaluation computes them once per relation and hands them to `encode`.
        """
        relations = torch.as_tensor(query_relations)
        check_ids("query_relations", relations, len(graph.relations))
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
        layers = cast("list[EntityLayer]", self.entity_model.layers)
        return passed(layers, graph, boundary.start(graph.num_entities), boundary, relation_states, weight, which)

    def encode(
        self,
        graph: KnowledgeGraph,
        queries: Tensor,
        weight: Tensor | None = None,
        states: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        entities, relations, direct, rows = asked(graph, queries, self._like.device)
        if states is None:
            states = self.relation_states(graph, direct)
        vectors = rows_of(states, rows, relations)
        precision = next(self.entity_model.layers.parameters(), vectors).dtype  # may be lower than that of the rest
        encoded = self.entity_states(graph, entities, vectors.to(precision), states.to(precision), weight, rows)
        return encoded, vectors
