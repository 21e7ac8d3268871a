"""Entities that can be asked about."""

from __future__ import annotations

import numpy as np

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.named import literals


def subjects(graph: KnowledgeGraph) -> np.ndarray:
    """The entities, as ids, of which facts can say something: all but literals.

    >>> facts = np.array([[0, 0, 1], [1, 1, 2]])
    >>> subjects(KnowledgeGraph(("ann", "bob", "31"), ("knows", "age"), facts)).tolist()
    [0, 1]
    """

    def found() -> np.ndarray:
        heads, tails = (np.unique(graph.facts[:, column]).tolist() for column in (0, 2))
        unasked = set(literals.among([graph.entities[i] for i in heads], [graph.entities[i] for i in tails]))
        return np.array([i for i, name in enumerate(graph.entities) if name not in unasked], np.int64)

    return graph.kept("subjects", found)
