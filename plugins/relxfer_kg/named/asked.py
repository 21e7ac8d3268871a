"""Questions as people write them: other headings, and only subjects of which something can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from relxfer.data.tables.roles import by_heading
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.named import literals
from relxfer_kg.named.order import ROLES


def usual(question: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """A question whose columns are called head, relation and tail, whatever usual names they have.

    >>> usual({"Subject": ["Rome"], "predicate": ["in"]})
    {'head': ['Rome'], 'relation': ['in']}
    """
    names = list(question)
    called = {names[place]: role for role, place in by_heading(names, ROLES).items()}
    return {called.get(name, name): cells for name, cells in question.items()}


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
