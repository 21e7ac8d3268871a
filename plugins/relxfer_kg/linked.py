"""Entities that the graph links already: where a question is about pairs that no fact links, they rank last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from relxfer.judge.metrics.known_answers import Filter
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

NOTE = "entities that an observed fact links to that of the question rank last (option linked_last of the adapter)"
#: How far below all others they score at least. exp(-128) is 0 in float32: a softmax leaves them nothing.
_GAP = 128.0


def linked(graph: KnowledgeGraph, entities: np.ndarray) -> Filter:
    """Of each entity [n], those that some fact links to it, in either direction.

    >>> graph = KnowledgeGraph(("a", "b", "c"), ("r", "s"), np.array([[0, 0, 1], [1, 1, 0], [2, 0, 0]]))
    >>> found = linked(graph, np.array([0, 1]))
    >>> found.indptr.tolist(), found.answers.tolist()
    ([0, 2, 3], [1, 2, 0])
    """
    receiver, sender, _ = graph.edges
    every = graph.kept("linked", lambda: Filter.build(np.arange(graph.num_entities), receiver, sender))
    return every.take(entities)


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
