"""The best answers of many queries, at the cost of each query's ball instead of the whole graph."""

from __future__ import annotations

import numpy as np

from relxfer.judge.metrics.known_answers import Filter
from relxfer_kg.scoring.scorer import Scorer


class BestAnswers:
    """The k best entities of a query: the best of its ball and of the background outside the ball (see `Scorer`).

    The background of a relation is sorted once; where counts add to scores, once for each own count of its queries (see
    `Scorer.own`). A query then goes through the sorted entities from the best on, until k
    of them are neither in its ball nor known answers: no later entity can be better.

    Args:
        scorer: of the network and the graph.
        k: answers per query.
    """

    def __init__(self, scorer: Scorer, k: int) -> None:
        self.scorer, self.k = scorer, k
        self._excluded = np.zeros(scorer.graph.num_entities, dtype=bool)
        self._sorted = -1, -1
        self._order, self._background = np.zeros(0, np.int64), np.zeros(0, np.float32)

    def of(self, queries: np.ndarray, known: Filter | None) -> tuple[np.ndarray, np.ndarray]:
        """Entities int64 [n, k] and scores float64 [n, k], best first, equal scores in the order of entities.

        Args:
            queries: [n, 2], (entity, relation id), in any order: those of a relation are answered together.
            known: the known answers of each query, which are left out. A query with fewer than k other entities is
                padded with -1 and NaN.
        """
        best = np.full((len(queries), self.k), -1, np.int64)
        scores = np.full((len(queries), self.k), np.nan)
        own = self.scorer.own(queries)
        for rows in _by_background(queries[:, 1], own, len(self.scorer.graph.relations)):
            local = self.scorer.local(queries[rows])
            self._sort_background(int(queries[rows[0], 1]), int(own[rows[0]]))
            for place, row in enumerate(rows):
                ball = slice(local.indptr[place], local.indptr[place + 1])
                left_out = known[row : row + 1].answers if known is not None else np.zeros(0, np.int64)
                entities, values = self._best(local.entities[ball], local.scores[ball], left_out)
                best[row, : len(entities)], scores[row, : len(entities)] = entities, values
        return best, scores

    def _sort_background(self, relation: int, own: int) -> None:
        if (relation, own) != self._sorted:
            self._sorted, self._background = (relation, own), self.scorer.background(relation, own)
            self._order = np.argsort(-self._background, kind="stable")

    def _best(self, inside: np.ndarray, scores: np.ndarray, left_out: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        excluded = self._excluded
        excluded[left_out] = True
        allowed = ~excluded[inside]
        excluded[inside] = True
        outside = self._best_outside()
        excluded[left_out] = excluded[inside] = False
        entities = np.concatenate([inside[allowed].astype(np.int64), outside])
        values = np.concatenate([scores[allowed], self._background[outside]]).astype(float)
        if len(values) > self.k:  # all that are no worse than the k-th: a partition alone would cut ties arbitrarily
            kept = values >= -np.partition(-values, self.k - 1)[self.k - 1]
            entities, values = entities[kept], values[kept]
        chosen = np.lexsort((entities, -values))[: self.k]
        return entities[chosen], values[chosen]

    def _best_outside(self) -> np.ndarray:
        """The first k of the sorted background that are not excluded."""
        chosen: list[np.ndarray] = []
        start, size, missing = 0, 4 * self.k, self.k
        while missing > 0 and start < len(self._order):
            piece = self._order[start : start + size]
            chosen.append(piece[~self._excluded[piece]][:missing])
            start, size, missing = start + size, 2 * size, missing - len(chosen[-1])
        return np.concatenate(chosen) if chosen else np.zeros(0, np.int64)


def _by_background(relations: np.ndarray, own: np.ndarray, direct: int) -> list[np.ndarray]:
    """Rows of each relation id and own count; a relation is followed by its inverse, since both have their states in
    one background."""
    key = relations % direct * 2 + relations // direct
    order = np.lexsort([own, key])
    cuts = np.flatnonzero(np.diff(key[order]) | np.diff(own[order])) + 1
    return [rows for rows in np.split(order, cuts) if len(rows)]
