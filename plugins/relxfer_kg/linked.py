"""Entities that the graph links already: where a question is about pairs that no fact links, they rank last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from relxfer.judge.metrics.ranking import Filter
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

NOTE = "entities that an observed fact links to that of the question rank last (option linked_last of the adapter)"
#: How far below all others they score. exp of it is 0 in float32, so that a softmax leaves them nothing.
_GAP = 128.0


def linked(graph: KnowledgeGraph, entities: np.ndarray) -> Filter:
    """Of each entity [n], those that some fact links to it, in either direction.

    >>> graph = KnowledgeGraph(("a", "b", "c"), ("r", "s"), np.array([[0, 0, 1], [1, 1, 0], [2, 0, 0]]))
    >>> found = linked(graph, np.array([0, 1]))
    >>> found.indptr.tolist(), found.answers.tolist()
    ([0, 2, 3], [1, 2, 0])
    """
    every = graph.kept("linked entities", lambda: _of_all(graph))
    starts, counts = every.indptr[entities], np.diff(every.indptr)[entities]
    indptr = np.concatenate([[0], np.cumsum(counts)])
    within = np.arange(indptr[-1]) - np.repeat(indptr[:-1], counts)
    return Filter(indptr, every.answers[np.repeat(starts, counts) + within])


def _of_all(graph: KnowledgeGraph) -> Filter:
    receiver, sender, _ = graph.edges
    size = graph.num_entities
    receiver, sender = np.divmod(np.unique(receiver * size + sender), max(1, size))
    return Filter(np.searchsorted(receiver, np.arange(size + 1)), sender)


def linked_last(blocks: Iterable[np.ndarray], graph: KnowledgeGraph, queries: np.ndarray) -> Iterator[np.ndarray]:
    """Scores [b, V], higher is better, with those of linked entities below all others, in the same order as before.

    queries  [n, 2] (entity, relation), of all blocks

    >>> graph = KnowledgeGraph(("a", "b", "c"), ("r",), np.array([[0, 0, 1]]))
    >>> [block.argsort().tolist() for block in linked_last([np.array([[2.0, 9.0, 1.0]])], graph, np.array([[0, 0]]))]
    [[[1, 2, 0]]]
    """
    start = 0
    for scores in blocks:
        scores, found = np.array(scores), linked(graph, queries[start : start + len(scores), 0])
        rows, columns = found.rows(), found.answers
        below = np.ptp(scores, axis=1) + _GAP if scores.size else np.zeros(len(scores))
        scores[rows, columns] -= below.astype(scores.dtype)[rows]
        start += len(scores)
        yield scores
