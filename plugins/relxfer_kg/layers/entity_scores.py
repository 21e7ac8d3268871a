"""Networks that score entities for queries, whatever makes the states of entities and relations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import torch
from torch import Tensor, nn

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.layers.count_readout import CountReadout
from relxfer_kg.layers.ids import check_ids, check_queries
from relxfer_kg.layers.message_passing import rows_of
from relxfer_kg.layers.score_head import ScoreHead


class EntityScores(nn.Module, ABC):
    """Scores of entities: a head over the two tensors that `encode` gives, and counts where it has `half_links`.

    Shapes: B queries, V entities, R = 2 x direct relations, Q distinct direct relations.
    """

    def __init__(self) -> None:
        super().__init__()
        self.half_links: CountReadout | None = None

    @property
    @abstractmethod
    def head(self) -> ScoreHead:
        """The layers that score (entity state, query vector)."""

    @abstractmethod
    def encode(
        self, graph: KnowledgeGraph, queries: Tensor, weight: Tensor | None = None, states: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Entity states [B, V, d] and query vectors [B, d], the two inputs of the head.

        A tail query (h, r, ?) is (h, r), a head query (?, r, t) is (t, r + direct). Relation states are conditioned on
        the direct relation in both; the query vector is the state of the query's own relation.

        Args:
            queries: [B, 2], (entity, relation id in 0..R - 1).
            weight: [2n], per edge, for messages over the facts; None means ones.
            states: [Q, R, d], `relation_states` of the distinct direct relations of the batch, ascending, where they
                have been computed before; None computes them here.
        """

    def forward(
        self,
        graph: KnowledgeGraph,
        queries: Tensor,
        weight: Tensor | None = None,
        candidates: Tensor | None = None,
        states: Tensor | None = None,
    ) -> Tensor:
        """Logits of every entity [B, V], or of `candidates` [B, C]; the other arguments are those of `encode`.

        Raises:
            ValueError: queries or candidates are malformed or out of range.
        """
        encoded, vectors = self.encode(graph, queries, weight, states)
        if candidates is not None:
            chosen = torch.as_tensor(candidates)
            check_ids("candidates", chosen, graph.num_entities)
            chosen = chosen.to(encoded.device)
            encoded = rows_of(encoded, torch.arange(len(encoded), device=encoded.device)[:, None], chosen)
        scores = self.head.score(encoded, vectors)
        if self.half_links is None:
            return scores
        return scores + self.half_links.score(graph, torch.as_tensor(queries), vectors, weight, candidates)


class Asked(NamedTuple):
    """Checked queries, column by column.

    entities, relations  [B]
    direct               [Q], the distinct direct relations, ascending; on the CPU
    rows                 [B], the place of each query's own direct relation among them
    """

    entities: Tensor
    relations: Tensor
    direct: Tensor
    rows: Tensor


def asked(graph: KnowledgeGraph, queries: Tensor, device: torch.device) -> Asked:
    """The columns of queries [B, 2] on a device.

    Raises:
        ValueError: they are malformed or out of range.

    >>> import numpy as np
    >>> graph = KnowledgeGraph(("ann", "bob"), ("knows", "likes"), np.array([[0, 1, 1]]))
    >>> _, relations, direct, rows = asked(graph, torch.tensor([[0, 1], [1, 3], [0, 0]]), torch.device("cpu"))
    >>> relations.tolist(), direct.tolist(), rows.tolist()
    ([1, 3, 0], [0, 1], [1, 1, 0])
    """
    queries = torch.as_tensor(queries)
    check_queries(graph, queries)
    # Computed on the CPU: on a GPU the number of distinct relations would have to be waited for.
    direct, rows = torch.unique(queries[:, 1] % max(1, len(graph.relations)), return_inverse=True)
    entities, relations, rows = (column.to(device) for column in (*queries.unbind(1), rows))
    return Asked(entities, relations, direct, rows)
