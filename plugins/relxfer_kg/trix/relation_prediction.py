"""TRIX's second model, which answers with relations (Zhang et al., LoG 2024), weight for weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from relxfer.authoring.torch_learner import evaluating
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.layers.ids import check_ids
from relxfer_kg.layers.message_passing import Boundary, EntityLayer, passed
from relxfer_kg.layers.pair_readout import PairReadout
from relxfer_kg.trix.incidence import incidence_of
from relxfer_kg.trix.network import EntityNetwork
from relxfer_kg.trix.relation_network import RelationNetwork

#: The most entity states of one layer of the pairs that are scored at once, in bytes: what fits a processor's cache, as
#: several such tables are worked on together, and what keeps a GPU busy.
_STATES_BYTES = {"cpu": 2 * 2**20, "cuda": 128 * 2**20}


class RelationTrix(nn.Module):
    """Scores of all relations between two entities, (h, ?, t), in one pass.

    Entities start from a vector of ones at h and of minus ones at t, relations from ones. In each round entity states
    follow from the relation states, over the facts, and then relation states from the entity states, over the meetings
    of relations (see `Incidence`). Parameters have the names of the published file (147,489 at the default sizes).

    Args:
        dim: width d of all states.
        relation_layers, entity_layers: layers of each round.
        pair_counts: whether counts add to the scores (see `PairReadout`); not in the paper.

    >>> graph = KnowledgeGraph(("ann", "bob", "rome"), ("knows", "lives_in"), np.array([[0, 0, 1], [0, 1, 2]]))
    >>> RelationTrix(dim=8)(graph, torch.tensor([[1, 2], [0, 0]])).shape
    torch.Size([2, 2])
    """

    def __init__(
        self,
        dim: int = 32,
        relation_layers: Sequence[int] = (2, 2, 2),
        entity_layers: Sequence[int] = (2, 2, 2),
        pair_counts: bool = False,
    ) -> None:
        super().__init__()
        self.dim, self.relation_layers = dim, tuple(relation_layers)
        self.entity_model = nn.ModuleList(EntityNetwork(dim, layers) for layers in entity_layers)
        for network in self.entity_model:
            network.mlp = _perceptron(2 * dim, dim)
        self.relation_model = nn.ModuleList(RelationNetwork(dim, layers) for layers in relation_layers)
        self.mlp = _perceptron(dim, 1)
        self.pair_counts = PairReadout(dim) if pair_counts else None

    def forward(self, graph: KnowledgeGraph, pairs: Tensor, weight: Tensor | None = None) -> Tensor:
        """Logits of the direct relations, [B, direct].

        Args:
            graph: the facts.
            pairs: [B, 2], (head, tail).
            weight: [2n], per edge in the order of ``graph.edges``, for messages over the facts; None means ones.

        Raises:
            ValueError: pairs are malformed or out of range.
        """
        pairs = torch.as_tensor(pairs)
        if pairs.dim() != 2 or pairs.shape[1] != 2:
            raise ValueError(f"Expected pairs as [B, 2], (head, tail) (got {list(pairs.shape)})")
        check_ids("pairs", pairs, graph.num_entities)
        one = next(self.parameters()).new_ones(1, 1, self.dim)
        boundary = Boundary(pairs, torch.cat([one, -one], 1).expand(len(pairs), -1, -1))
        entities = boundary.start(graph.num_entities)
        relations = one.expand(len(pairs), graph.num_relations, -1).contiguous()
        rounds = zip(self.entity_model, self.relation_model, self.relation_layers, strict=True)
        for over_facts, over_meetings, depth in rounds:
            network, meetings = cast("EntityNetwork", over_facts), cast("RelationNetwork", over_meetings)
            layers = cast("list[EntityLayer]", network.layers)
            entities = passed(layers, graph, entities, boundary, relations, weight)
            head = cast("nn.Sequential", network.mlp)
            entities = head(torch.cat([entities, one.expand_as(entities)], -1))
            for number in range(depth):
                relations = meetings.after(number, incidence_of(graph), relations, one, entities)
        states = relations[:, : len(graph.relations)]
        scores = self.mlp(states).squeeze(-1)
        if self.pair_counts is None:
            return scores
        seen = None if weight is None else weight.cpu().numpy()
        return scores + self.pair_counts.score(graph, pairs.cpu().numpy(), states, seen)

    @property
    def head(self) -> nn.Module:
        """What scores a relation by its state."""
        return self.mlp

    def new_head(self) -> nn.Module:
        """An untrained head."""
        return _perceptron(self.dim, 1)

    def parts(self) -> list[tuple[str, nn.Module]]:
        """Named parts from input to output: round by round the layers over the facts, what follows them, and the layers
        between relations, whose four families are one part each; counts; the head last."""
        named: list[tuple[str, nn.Module]] = []
        for number, depth in enumerate(self.relation_layers):
            facts = cast("EntityNetwork", self.entity_model[number])
            meetings = cast("RelationNetwork", self.relation_model[number])
            named += [(f"entity_model.{number}.layers.{i}", layer) for i, layer in enumerate(facts.layers)]
            named.append((f"entity_model.{number}.mlp", cast("nn.Module", facts.mlp)))
            layers = [nn.ModuleList(meetings.layer(i)) for i in range(depth)]
            named += [(f"relation_model.{number}.layers.{i}", layer) for i, layer in enumerate(layers)]
        counts = [] if self.pair_counts is None else [("pair_counts", self.pair_counts)]
        return [*named, *counts, ("head", self.mlp)]


def relation_scores(module: RelationTrix, graph: KnowledgeGraph, pairs: np.ndarray) -> Iterator[np.ndarray]:
    """Logits of the direct relations of pairs (head, tail), in blocks [b, direct], in the order of the pairs.

    Raises:
        ValueError: pairs are malformed or out of range.

    >>> graph = KnowledgeGraph(("ann", "bob", "rome"), ("knows", "lives_in"), np.array([[0, 0, 1], [0, 1, 2]]))
    >>> [block.shape for block in relation_scores(RelationTrix(dim=8), graph, np.array([[1, 2], [0, 0]]))]
    [(2, 2)]
    """
    most = _STATES_BYTES[next(module.parameters()).device.type]
    states = max(1, graph.num_entities, graph.num_relations)
    size = max(1, most // (4 * states * module.dim))
    for block in torch.from_numpy(pairs).split(size):
        with evaluating(module), torch.no_grad():
            yield module(graph, block).cpu().numpy()


def _perceptron(width: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, out))
