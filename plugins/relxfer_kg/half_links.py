"""Half-links: which sides of a question are observed with its relation, each without the other (arXiv 2606.18001).

The half-link of the query (h, r, ?) is observed if the graph has some fact (h, r, x), and that of its answer t if it
has some (y, r, t). Where the half-link of the answer is observed, knowing what usually answers the relation goes far;
where none is, only what is around the two entities tells. How many questions are of which sort says what a test
measures.
"""

from __future__ import annotations

import numpy as np

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

#: The name of the tag, and its values: at 2 if the half-link of the query is observed + 1 if that of the answer is.
TAG = "half-links observed"
VALUES = np.array(["none", "of the answer only", "of the query only", "both"])


def half_links(graph: KnowledgeGraph, queries: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """[n] one of `VALUES`, for queries [n, 2] (entity, relation) of both directions and their answers [n].

    A head query (?, r, t) is (t, inverse of r), so that the half-link of the query is then some (x, r, t).

    >>> graph = KnowledgeGraph(("a", "b", "c"), ("r",), np.array([[0, 0, 1]]))
    >>> half_links(graph, np.array([[0, 0], [1, 1], [2, 0], [2, 0]]), np.array([2, 2, 1, 0])).tolist()
    ['of the query only', 'of the query only', 'of the answer only', 'none']
    """
    head, tail, relation = graph.edges
    entity, asked = queries.T
    count = graph.num_relations
    of_query = np.isin(entity * count + asked, head * count + relation)
    of_answer = np.isin(answers * count + asked, tail * count + relation)
    return VALUES[2 * of_query + of_answer]
