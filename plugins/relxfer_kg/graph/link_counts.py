"""How many facts of each relation an entity is in, on either side, in a graph as it is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


@dataclass(frozen=True, eq=False)
class LinkCounts:
    """count(e, r) = |{x: (e, r, x) is a fact}|, repeats included; of the inverse of r that is |{x: (x, r, e)}|.

    It is what an entity receives of each type, so that twins (see `Quotient`) have equal counts.

    Attributes:
        num_entities: V.
        links: int64 [m], ``relation * V + entity`` of every pair that some fact has, ascending.
        counts: int64 [m], of these pairs; 0 where the facts were left out.
        degrees: int64 [V], the facts that an entity is in, with any relation on either side.
        facts, holders: int64 [R], the sum of a relation's counts, and how many entities have one above 0.

    >>> graph = KnowledgeGraph(("ann", "bob", "rome"), ("lives_in",), np.array([[0, 0, 2], [1, 0, 2]]))
    >>> counts = link_counts(graph)
    >>> counts.of(np.array([0, 2, 2]), np.array([0, 0, 1])).tolist(), counts.degrees.tolist()
    ([1, 0, 2], [1, 1, 2])
    >>> counts.per_holder(np.array([0, 1])).tolist()
    [1.0, 2.0]
    """

    num_entities: int
    links: np.ndarray
    counts: np.ndarray
    degrees: np.ndarray
    facts: np.ndarray
    holders: np.ndarray

    @property
    def num_relations(self) -> int:
        """R = 2 x direct relations."""
        return len(self.facts)

    def of(self, entities: np.ndarray, relations: np.ndarray) -> np.ndarray:
        """count(e, r) for ids that broadcast."""
        keys = relations * self.num_entities + entities
        if not len(self.links):
            return np.zeros(keys.shape, np.int64)
        place = np.minimum(np.searchsorted(self.links, keys), len(self.links) - 1)
        return np.where(self.links[place] == keys, self.counts[place], 0)

    def per_holder(self, relations: np.ndarray) -> np.ndarray:
        """Facts of a relation per entity that has one, at least 1: per head, or of an inverse per tail."""
        return np.maximum(self.facts[relations] / np.maximum(self.holders[relations], 1), 1)

    def inverse(self, relations: np.ndarray) -> np.ndarray:
        return (relations + self.num_relations // 2) % max(self.num_relations, 1)

    def without(self, entities: np.ndarray, relations: np.ndarray) -> LinkCounts:
        """The counts when these edges [k], (receiver, type), are not seen; each was counted once."""
        counts, degrees, facts = self.counts.copy(), self.degrees.copy(), self.facts.copy()
        place = np.searchsorted(self.links, relations * self.num_entities + entities)
        np.subtract.at(counts, place, 1)
        np.subtract.at(degrees, entities, 1)
        np.subtract.at(facts, relations, 1)
        ended = np.unique(place[counts[place] == 0])
        lost = np.bincount(self.links[ended] // max(self.num_entities, 1), minlength=len(facts))
        return replace(self, counts=counts, degrees=degrees, facts=facts, holders=self.holders - lost)


def link_counts(graph: KnowledgeGraph, weight: np.ndarray | None = None) -> LinkCounts:
    """The counts of a graph, computed once per graph.

    Args:
        weight: [2n], per edge in the order of ``graph.edges``; edges of weight zero are not counted, others as one.
    """
    counts = graph.kept("link counts", lambda: _counted(graph))
    if weight is None or weight.all():
        return counts
    receiver, _, kind = graph.edges
    unseen = np.flatnonzero(weight == 0)
    return counts.without(receiver[unseen], kind[unseen])


def _counted(graph: KnowledgeGraph) -> LinkCounts:
    entities, relations = graph.num_entities, graph.num_relations
    receiver, _, kind = graph.edges
    links, counts = np.unique(kind * entities + receiver, return_counts=True)
    return LinkCounts(
        entities, links, counts,
        degrees=np.bincount(receiver, minlength=entities),
        facts=np.bincount(kind, minlength=relations),
        holders=np.bincount(links // max(entities, 1), minlength=relations),
    )  # fmt: skip
