"""How surely a relation holds between two entities, by the other relations that link them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


@dataclass(frozen=True, eq=False)
class PairConfidence:
    """confidence(s => r) = |pairs linked by s and r| / |pairs linked by s|; s may be an inverse, and is other than r.

    Attributes:
        num_entities: V.
        pairs: int64 [P], ``x * V + y`` of every linked pair, ascending.
        links: [P, R], 1 where a pair is linked by a relation, R = 2 x direct relations.
        confidence: [R, direct], sparse.

    >>> graph = KnowledgeGraph(("a", "b"), ("r", "s"), np.array([[0, 0, 1], [1, 0, 0], [0, 1, 1]]))
    >>> pair_confidence(graph).implied(np.array([[1, 0], [0, 0]])).tolist()  # a -s-> b, so that s^-1 => r
    [[1.0, 0.5], [0.0, 0.0]]
    """

    num_entities: int
    pairs: np.ndarray
    links: sp.csr_matrix
    confidence: sp.csr_matrix

    def implied(self, asked: np.ndarray) -> np.ndarray:
        """[B, direct]: max over relations s that link (x, y) of confidence(s => r), for pairs [B, 2]; 0 without any."""
        found = np.zeros((len(asked), self.confidence.shape[1]))
        place, linked = self._places(asked)
        for row in np.flatnonzero(linked):
            found[row] = self.confidence[self.links[place[row]].indices].max(0).toarray().ravel()
        return found

    def linked(self, asked: np.ndarray) -> np.ndarray:
        """[B, direct] bool: which relations link the pairs."""
        place, linked = self._places(asked)
        found = np.zeros((len(asked), self.confidence.shape[1]), bool)
        if linked.any():
            found[linked] = self.links[place[linked], : found.shape[1]].toarray() > 0
        return found

    def _places(self, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of pairs, and which pairs have one."""
        wanted = asked[:, 0] * self.num_entities + asked[:, 1]
        if not len(self.pairs):
            return np.zeros(len(asked), np.int64), np.zeros(len(asked), bool)
        place = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        return place, self.pairs[place] == wanted


def pair_confidence(graph: KnowledgeGraph, weight: np.ndarray | None = None) -> PairConfidence:
    """The confidences of a graph, computed once per graph.

    Args:
        weight: [2n], per edge in the order of ``graph.edges``; edges of weight zero are not seen.
    """
    if weight is None or weight.all():
        return graph.kept("pair confidence", lambda: _counted(graph, graph.edges))
    head, tail, relation = (side[weight != 0] for side in graph.edges)
    return _counted(graph, (head, tail, relation))


def _counted(graph: KnowledgeGraph, edges: tuple[np.ndarray, np.ndarray, np.ndarray]) -> PairConfidence:
    head, tail, relation = edges
    pairs, pair = np.unique(head * graph.num_entities + tail, return_inverse=True)
    links = links_of(pair.reshape(-1), relation, graph.num_relations)
    together = (links.T @ links).tolil()
    counts = np.maximum(together.diagonal(), 1)
    together.setdiag(0)
    confidence = sp.csr_matrix(sp.diags(1 / counts) @ together.tocsr()[:, : len(graph.relations)])
    return PairConfidence(graph.num_entities, pairs, links, confidence)


def links_of(pair: np.ndarray, relation: np.ndarray, relations: int) -> sp.csr_matrix:
    """[P, R]: 1 where a pair is linked by a relation."""
    shape = (int(pair.max()) + 1 if len(pair) else 1, relations)
    links = sp.csr_matrix((np.ones(len(pair)), (pair, relation)), shape)
    links.data[:] = 1
    return links
