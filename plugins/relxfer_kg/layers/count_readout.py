"""Scores of entities by counts: what half-links, and how functional the relation is, say about an answer."""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.link_counts import link_counts
from relxfer_kg.graph.link_features import OF_ENTITY, OF_QUERY, bucket, kinds_of, of_queries
from relxfer_kg.layers.message_passing import rows_of


class CountReadout(nn.Sequential):
    """What counts add to the score of an entity c for a query (q, r): ``MLP([v, n(q, r), f(r), n(c)])``.

    v is the query vector. Every count n is told by whether there is any and by its bucket (see `bucket`): of the query
    how many facts (q, r, x) there are; of the entity how many (x, r, c), how many (c, r, x), and how many it is in at
    all. f is how functional the relation is: the binary logarithms of its facts per head and per tail. The last layer
    starts at zero, so that the scores of a network do not change before it is trained.

    >>> readout = CountReadout(8)
    >>> graph = KnowledgeGraph(("ann", "bob"), ("knows",), np.array([[0, 0, 1]]))
    >>> readout.score(graph, torch.tensor([[0, 0]]), torch.ones(1, 8)).tolist()
    [[0.0, 0.0]]
    """

    def __init__(self, dim: int) -> None:
        width = dim + OF_QUERY + OF_ENTITY
        super().__init__(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1))
        for parameter in self[2].parameters():
            nn.init.zeros_(parameter)

    def score(
        self,
        graph: KnowledgeGraph,
        queries: Tensor,
        vectors: Tensor,
        weight: Tensor | None = None,
        candidates: Tensor | None = None,
    ) -> Tensor:
        """[B, V] for queries [B, 2] and their vectors [B, d]; or [B, C] for candidates [B, C].

        Args:
            weight: [2n], per edge; edges of weight zero are not seen.
        """
        asked = queries.cpu().numpy()
        counts = link_counts(graph, None if weight is None else weight.cpu().numpy())
        rows, relations, entities = np.arange(len(asked)), asked[:, 1], np.arange(graph.num_entities)[None]
        if candidates is None:
            relations, rows = np.unique(relations, return_inverse=True)
        else:
            entities = candidates.cpu().numpy()
        kinds = kinds_of(counts, entities, relations[:, None])
        own = bucket(counts.of(*asked.T))
        table = self.of_kinds(vectors, of_queries(counts, asked[:, 1], own), kinds.features)
        chosen, device = torch.from_numpy(kinds.of[rows.reshape(-1)]).to(table.device), table.device
        return rows_of(table[..., None], torch.arange(len(asked), device=device)[:, None], chosen).squeeze(-1)

    def of_kinds(self, vectors: Tensor, queries: np.ndarray, kinds: np.ndarray) -> Tensor:
        """[B, U] from query vectors [B, d], features of the queries [B, 4] and of kinds [U, 5]."""
        first, _, last = cast("tuple[nn.Linear, nn.ReLU, nn.Linear]", tuple(self))
        query, entity = first.weight.split([vectors.shape[1] + OF_QUERY, OF_ENTITY], 1)
        asked = torch.cat([vectors, torch.from_numpy(queries).to(vectors)], 1)
        hidden = F.linear(torch.from_numpy(kinds).to(vectors), entity) + F.linear(asked, query, first.bias)[:, None]
        return last(F.relu_(hidden)).squeeze(-1)
