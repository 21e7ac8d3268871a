"""What counts add to scores, by classes of twins: it depends on a query's relation and own count, not on its ball."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import numpy as np
import torch

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.link_counts import link_counts
from relxfer_kg.graph.link_features import bucket, kinds_of, of_queries
from relxfer_kg.graph.quotient import Quotient
from relxfer_kg.layers.count_readout import CountReadout


class CountScores:
    """A `CountReadout` on one graph, for the classes of its entities.

    Args:
        readout: its weights are those of this moment, later training is not followed.
        graph, weight: as for `Scorer`.
        classes: the quotient of both; twins have equal counts.
    """

    def __init__(
        self, readout: CountReadout, graph: KnowledgeGraph, weight: np.ndarray | None, classes: Quotient
    ) -> None:
        self.readout, self.counts = copy.deepcopy(readout), link_counts(graph, weight)
        self.first = classes.member[classes.member_indptr[:-1]].astype(np.int64)

    def own(self, queries: np.ndarray) -> np.ndarray:
        """The buckets [n] of how many facts of its relation the entity of a query [n, 2] has."""
        return bucket(self.counts.of(*queries.T))

    def each(
        self, relations: np.ndarray, own: np.ndarray, vectors: np.ndarray
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Queries to which the same is added: their rows, and what is added to every class, float32 [K].

        Args:
            relations, own: [n], ids in 0..R - 1, and buckets of `own`.
            vectors: [n, d], query vectors, which are equal where relations are.
        """
        for relation in np.unique(relations):
            rows = np.flatnonzero(relations == relation)
            buckets, which = np.unique(own[rows], return_inverse=True)
            kinds = kinds_of(self.counts, self.first, np.array([relation]))
            told = of_queries(self.counts, np.full(len(buckets), relation), buckets)
            vector = torch.from_numpy(vectors[rows[:1]]).expand(len(buckets), -1)
            with torch.no_grad():
                tables = self.readout.of_kinds(vector, told, kinds.features).numpy()
            for number, table in enumerate(tables):
                yield rows[which.reshape(-1) == number], table[kinds.of]
