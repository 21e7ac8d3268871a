"""Strict negatives: wrong answers, drawn from the entities that are not known answers."""

from __future__ import annotations

import numpy as np

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


class KnownAnswers:
    """The answers of every query that the facts of a graph give, as compressed sorted rows.

    A query is (entity, relation id in 0..2 x direct - 1): (h, r) asks for tails, (t, r + direct) for heads.

    >>> graph = KnowledgeGraph(("a", "b", "c"), ("r",), np.array([[0, 0, 2], [0, 0, 1], [0, 0, 1]]))
    >>> known_answers(graph).of(np.array([[0, 0], [1, 1], [2, 0]]))
    (array([0, 2, 3, 3]), array([1, 2, 0]))
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        entity, answer, relation = graph.edges
        self.num_entities, self.num_relations = graph.num_entities, graph.num_relations
        query = entity * self.num_relations + relation
        order = np.lexsort((answer, query))
        query, answer = query[order], answer[order]
        first = np.ones(len(query), dtype=bool)
        first[1:] = (query[1:] != query[:-1]) | (answer[1:] != answer[:-1])
        self._answers = answer[first]
        self._queries, starts = np.unique(query[first], return_index=True)
        self._indptr = np.append(starts, len(self._answers))

    def of(self, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Distinct known answers, ascending: (indptr [B + 1], entities); row b is indptr[b]:indptr[b + 1].

        Raises:
            ValueError: `queries` is not integers [B, 2], or an id is out of range.
        """
        start, count = self._rows(queries)
        indptr = np.concatenate([[0], np.cumsum(count)])
        within = np.arange(indptr[-1]) - np.repeat(indptr[:-1], count)
        return indptr, self._answers[np.repeat(start, count) + within]

    def _rows(self, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        queries = self._checked(queries)
        if not len(self._queries):
            return np.zeros(len(queries), dtype=np.int64), np.zeros(len(queries), dtype=np.int64)
        keys = queries[:, 0] * self.num_relations + queries[:, 1]
        row = np.minimum(np.searchsorted(self._queries, keys), len(self._queries) - 1)
        count = np.where(self._queries[row] == keys, self._indptr[row + 1] - self._indptr[row], 0)
        return self._indptr[row], count

    def _checked(self, queries: np.ndarray) -> np.ndarray:
        queries = np.asarray(queries)
        if queries.ndim != 2 or queries.shape[1] != 2 or not np.issubdtype(queries.dtype, np.integer):
            raise ValueError(f"Expected queries as integers [B, 2] (got {queries.dtype} {list(queries.shape)})")
        limit = np.array([self.num_entities, self.num_relations])
        wrong = ((queries < 0) | (queries >= limit)).any(1)
        if wrong.any():
            raise ValueError(
                f"Expected (entity, relation) below {tuple(limit.tolist())} (got {tuple(queries[wrong][0].tolist())})"
            )
        return queries.astype(np.int64)


def known_answers(graph: KnowledgeGraph) -> KnownAnswers:
    """The known answers of a graph, computed once per graph."""
    return graph.kept("known answers", lambda: KnownAnswers(graph))


def strict_negatives(
    queries: np.ndarray, known: KnownAnswers, num_entities: int, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw `count` entities per query, uniformly and with replacement, among those that are no known answer.

    The u-th entity outside sorted answers a_0 < a_1 < ... is u + #{j : a_j - j <= u}: one search per draw, no
    rejection, and the random stream consumed depends on B and `count` only.

    A query that every entity answers has no negative; its row is drawn uniformly from all entities, so that
    one saturated query of a small graph does not end a training run.

    Args:
        queries: integers [B, 2], (entity, relation id in 0..2 x direct - 1).
        known: the answers that may not be drawn.
        num_entities: V; draws are in 0..V - 1.
        count: draws per query.
        rng: source of randomness.

    Returns:
        int64 [B, count].

    Raises:
        ValueError: `num_entities` is not that of `known`, `count` is negative, or queries are malformed.

    >>> graph = KnowledgeGraph(("a", "b", "c"), ("r",), np.array([[0, 0, 1], [0, 0, 0]]))
    >>> strict_negatives(np.array([[0, 0]]), KnownAnswers(graph), 3, 4, np.random.default_rng(0)).tolist()
    [[2, 2, 2, 2]]
    """
    if num_entities != known.num_entities:
        raise ValueError(f"Expected num_entities={known.num_entities}, as in `known` (got {num_entities})")
    if count < 0:
        raise ValueError(f"Expected count >= 0 (got {count})")
    indptr, answers = known.of(queries)
    sizes = np.diff(indptr)
    saturated = sizes == num_entities
    free = np.where(saturated, num_entities, num_entities - sizes)
    drawn = rng.integers(0, free[:, None], size=(len(sizes), count))
    row = np.repeat(np.arange(len(sizes)), sizes)
    shifted = answers - (np.arange(len(answers)) - indptr[row])
    # Rows are kept apart by a stride above every value, so a single sorted array serves the whole batch.
    stride = num_entities + 1
    place = np.searchsorted(row * stride + shifted, np.arange(len(sizes))[:, None] * stride + drawn, "right")
    return np.where(saturated[:, None], drawn, drawn + place - indptr[:-1, None])
