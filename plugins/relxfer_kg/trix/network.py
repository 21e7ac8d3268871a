"""TRIX, which answers with entities (Zhang et al., LoG 2024), weight for weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.layers.entity_scores import EntityScores, asked
from relxfer_kg.layers.ids import check_ids
from relxfer_kg.layers.message_passing import Boundary, EntityLayer, passed, rows_of
from relxfer_kg.layers.score_head import ScoreHead
from relxfer_kg.trix.incidence import incidence_of
from relxfer_kg.trix.relation_network import RelationNetwork


class EntityNetwork(nn.Module):
    """One round of message passing over the facts."""

    def __init__(self, dim: int, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EntityLayer(dim) for _ in range(layers))

    @property
    def precision(self) -> torch.dtype:
        """Of its states; it may be lower than that of the rest."""
        return next(self.layers.parameters()).dtype


class Trix(EntityScores):
    """Relation and entity states that refine each other in rounds; any entities, any relations.

    A round passes messages between relations, whose meetings are labelled by the entity states of the round before
    (ones in the first), and then messages over the facts, from the source of the query anew. The state of the query's
    own relation starts each pass over the facts and is read again by the head, which sees the last round alone.

    Parameters have the names of the published code. Its first entity network has a head as well, whose scores are not
    used; there is none here (82,913 values at the default sizes, where the file has 87,138).

    Args:
        dim: width d of all states.
        relation_layers, entity_layers: layers of each round, of which there are at least two.

    Shapes: B queries, V entities, R = 2 x direct relations, Q distinct direct relations.

    >>> import numpy as np
    >>> graph = KnowledgeGraph(("ann", "bob", "eve"), ("knows",), np.array([[0, 0, 1], [1, 0, 2]]))
    >>> Trix(dim=8)(graph, torch.tensor([[0, 0], [2, 1]])).shape
    torch.Size([2, 3])
    """

    def __init__(
        self, dim: int = 32, relation_layers: Sequence[int] = (1, 2), entity_layers: Sequence[int] = (2, 4)
    ) -> None:
        super().__init__()
        self.dim, self.relation_layers = dim, tuple(relation_layers)
        self.relation_model = RelationNetwork(dim, sum(relation_layers))
        self.relation_model.node_mlp = nn.Linear(2 * dim, dim)
        for number, layers in enumerate(entity_layers, 1):
            self.add_module(f"entity_model_{number}", EntityNetwork(dim, layers))
        self.rounds = len(entity_layers)
        self.scoring_network.mlp = ScoreHead(dim)

    def entity_network(self, number: int) -> EntityNetwork:
        """That of a round, from 0."""
        return cast("EntityNetwork", getattr(self, f"entity_model_{number + 1}"))

    @property
    def scoring_network(self) -> EntityNetwork:
        """That of the last round, which has the head."""
        return self.entity_network(self.rounds - 1)

    @property
    def feedback(self) -> nn.Linear:
        """What labels an entity for the next round, from its state and the query vector."""
        return cast("nn.Linear", self.relation_model.node_mlp)

    @property
    def head(self) -> ScoreHead:
        return cast("ScoreHead", self.scoring_network.mlp)

    def parts(self) -> list[tuple[str, nn.Module]]:
        """Named parts from input to output: round by round the relation layers, then the entity layers; the head last.

        The four families of a relation layer are one part; what makes labels of entity states begins a round.
        """
        named: list[tuple[str, nn.Module]] = []
        for number in range(self.rounds):
            if number == 1:
                named.append(("relation_model.node_mlp", self.feedback))
            named += [
                (f"relation_model.layers.{i}", nn.ModuleList(self.relation_model.layer(i)))
                for i in self._relation_layers(number)
            ]
            entities = enumerate(self.entity_network(number).layers)
            named += [(f"entity_model_{number + 1}.layers.{i}", layer) for i, layer in entities]
        return [*named, ("head", self.head)]

    def relation_states(self, graph: KnowledgeGraph, query_relations: Tensor) -> Tensor:
        """States of all relations after the first round's relation layers: [Q, R, d] from direct ids [Q].

        The boundary is a vector of ones at the query relation, and all entities are labelled by ones, so that these
        states depend on graph and query relation only.
        """
        relations = torch.as_tensor(query_relations)
        check_ids("query_relations", relations, len(graph.relations))
        boundary = self._boundary(graph, relations)
        return self._relations(0, graph, boundary, boundary, boundary.new_ones(1, 1, self.dim))

    def encode(
        self, graph: KnowledgeGraph, queries: Tensor, weight: Tensor | None = None, states: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        entity, relation, direct, rows = asked(graph, queries, next(self.parameters()).device)
        states = self.relation_states(graph, direct) if states is None else states
        vectors = rows_of(states, rows, relation)
        entities = self._entities(0, graph, entity, vectors, states, weight, rows)
        x, each = states.index_select(0, rows), torch.arange(len(rows), device=states.device)
        boundary = self._boundary(graph, direct.to(rows)[rows])
        for number in range(1, self.rounds):
            beside = vectors[:, None].expand(-1, graph.num_entities, -1)
            labels = self.feedback(torch.cat([entities.to(vectors.dtype), beside], -1))
            x = self._relations(number, graph, x, boundary, labels)
            vectors = rows_of(x, each, relation)
            entities = self._entities(number, graph, entity, vectors, x, weight)
        return entities, vectors

    def _relation_layers(self, number: int) -> range:
        before = sum(self.relation_layers[:number])
        return range(before, before + self.relation_layers[number])

    def _boundary(self, graph: KnowledgeGraph, relations: Tensor) -> Tensor:
        """[B, R, d]: ones at the query relations [B]."""
        like = next(self.relation_model.parameters())
        return Boundary(relations, like.new_ones(len(relations), self.dim)).start(graph.num_relations)

    def _relations(self, number: int, graph: KnowledgeGraph, x: Tensor, boundary: Tensor, labels: Tensor) -> Tensor:
        for layer in self._relation_layers(number):
            x = self.relation_model.after(layer, incidence_of(graph), x, boundary, labels)
        return x

    def _entities(
        self,
        number: int,
        graph: KnowledgeGraph,
        sources: Tensor,
        vectors: Tensor,
        relations: Tensor,
        weight: Tensor | None,
        which: Tensor | None = None,
    ) -> Tensor:
        network = self.entity_network(number)
        boundary = Boundary(sources, vectors.to(network.precision))
        layers = cast("list[EntityLayer]", network.layers)
        x = boundary.start(graph.num_entities)
        return passed(layers, graph, x, boundary, relations.to(network.precision), weight, which)
