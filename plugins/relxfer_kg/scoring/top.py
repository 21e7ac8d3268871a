"""The best answers of many queries, each at the cost of its ball and not of the graph."""

from __future__ import annotations

import numpy as np

from relxfer.judge.ranking import Filter
from relxfer_kg.scoring.scorer import Scorer


class Top:
    """The k best entities of a query: those of its ball, and outside it the best of the background (see `Scorer`).

    The background of a relation is sorted once. A query then passes over the sorted entities from the best on, until k
    of them are neither in its ball nor known: what is left cannot be better.

    Args:
        scorer: of the network and the graph.
        k: answers of each query.

    >>> import torch
    >>> from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
    >>> from relxfer_kg.ultra.network import Ultra
    >>> graph = KnowledgeGraph(("ann", "bob", "eve"), ("knows",), np.array([[0, 0, 1], [1, 0, 2]]))
    >>> scorer, query = Scorer(Ultra(dim=8), graph), np.array([[0, 0]])
    >>> best, scores = Top(scorer, 2).of(query, None)
    >>> best.tolist() == np.argsort(-scorer.scores(query), kind="stable")[:, :2].tolist()
    True
    """

    def __init__(self, scorer: Scorer, k: int) -> None:
        self.scorer, self.k = scorer, k
        self._excluded = np.zeros(scorer.graph.num_entities, dtype=bool)
        self._relation = -1
        self._order, self._background = np.zeros(0, np.int64), np.zeros(0, np.float32)

    def of(self, queries: np.ndarray, known: Filter | None) -> tuple[np.ndarray, np.ndarray]:
        """Entities int64 [n, k] and scores float64 [n, k], best first, equal scores in the order of entities.

        Args:
            queries: [n, 2], (entity, relation id), in any order: those of a relation are answered together.
            known: answers left out, for each query. A query with fewer than k others is padded with -1 and NaN.
        """
        best = np.full((len(queries), self.k), -1, np.int64)
        scores = np.full((len(queries), self.k), np.nan)
        for rows in _by_relation(queries[:, 1], len(self.scorer.graph.relations)):
            local = self.scorer.local(queries[rows])
            self._take(int(queries[rows[0], 1]))
            for place, row in enumerate(rows):
                ball = slice(local.indptr[place], local.indptr[place + 1])
                told = known[row : row + 1].answers if known is not None else np.zeros(0, np.int64)
                found = self._best(local.entities[ball], local.scores[ball], told)
                best[row, : len(found[0])], scores[row, : len(found[0])] = found
        return best, scores

    def _take(self, relation: int) -> None:
        if relation != self._relation:
            self._relation, self._background = relation, self.scorer.background(relation)
            self._order = np.argsort(-self._background, kind="stable")

    def _best(self, inside: np.ndarray, scores: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        excluded = self._excluded
        excluded[known] = True
        open_ = ~excluded[inside]
        excluded[inside] = True
        outside = self._outside()
        excluded[known] = excluded[inside] = False
        entities = np.concatenate([inside[open_].astype(np.int64), outside])
        values = np.concatenate([scores[open_], self._background[outside]]).astype(float)
        if len(values) > self.k:  # all at or above the k-th: a bare partition would cut ties at random
            kept = values >= -np.partition(-values, self.k - 1)[self.k - 1]
            entities, values = entities[kept], values[kept]
        chosen = np.lexsort((entities, -values))[: self.k]
        return entities[chosen], values[chosen]

    def _outside(self) -> np.ndarray:
        """The first k of the sorted background that are not excluded."""
        found: list[np.ndarray] = []
        start, size, missing = 0, 4 * self.k, self.k
        while missing > 0 and start < len(self._order):
            piece = self._order[start : start + size]
            found.append(piece[~self._excluded[piece]][:missing])
            start, size, missing = start + size, 2 * size, missing - len(found[-1])
        return np.concatenate(found) if found else np.zeros(0, np.int64)


def _by_relation(relations: np.ndarray, direct: int) -> list[np.ndarray]:
    """Rows of each relation, those of a relation and of its inverse in turn: they share what is computed once."""
    key = relations % direct * 2 + relations // direct
    order = np.argsort(key, kind="stable")
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    return [rows for rows in np.split(order, cuts) if len(rows)]
