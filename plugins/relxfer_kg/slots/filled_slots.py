"""Which slots of relations the entities of a graph fill, and what the other slots of an entity say about one.

A slot is a relation id, inverses included: an entity fills the slot r of a fact (e, r, t), and the slot r + R of a fact
(h, r, e). The slots that an entity fills say of which kind it is: what is born somewhere is a person.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import scipy.sparse as sp

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

#: The most (pair, edge) combinations that are looked at together.
_AT_ONCE = 1 << 22
#: Added to the counts of entities, so that no estimate is 0 or 1.
_SMOOTHING = 1.0
#: The largest probability that a known link implies another.
_MOST = 0.999


class FilledSlots:
    """The slots that the entities of a graph fill.

    A pair is (entity, slot), [n, 2] int, as a query is.

    >>> facts = np.array([[0, 0, 2], [1, 0, 2], [0, 1, 1]])
    >>> filled = FilledSlots(KnowledgeGraph(("ann", "bob", "rome"), ("lives_in", "knows"), facts))
    >>> filled.counts.toarray().tolist()
    [[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 2.0, 0.0]]
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph

    @cached_property
    def counts(self) -> sp.csr_matrix:
        """[V, 2R]: in how many facts an entity fills a slot."""
        entity, _, slot = self.graph.edges
        made = sp.csr_matrix(
            (np.ones(len(entity)), (entity, slot)), (self.graph.num_entities, self.graph.num_relations)
        )
        made.sort_indices()
        return made

    @cached_property
    def fillers(self) -> np.ndarray:
        """[2R]: how many entities fill a slot."""
        return np.bincount(self.counts.indices, minlength=self.graph.num_relations).astype(float)

    @cached_property
    def prior(self) -> np.ndarray:
        """[2R]: the log-odds that an entity fills a slot, from how many do."""
        return np.log((self.fillers + 0.5) / (self.graph.num_entities - self.fillers + 0.5))

    @cached_property
    def facts_of_a_filler(self) -> np.ndarray:
        """[2R]: in how many facts an entity that fills a slot fills it, on average; 1 for a functional relation."""
        return np.maximum(np.asarray(self.counts.sum(0)).ravel() / np.maximum(self.fillers, 1), 1)

    @cached_property
    def _evidence(self) -> tuple[np.ndarray, np.ndarray]:
        """[2R, 2R] and [2R]: what slot s, where it is filled, adds to the log-odds of slot r; and the sum for none."""
        filled = (self.counts > 0).astype(float)
        both, total, each = (filled.T @ filled).toarray(), self.graph.num_entities, self.fillers
        expected = _SMOOTHING * each[:, None] / max(total, 1)
        there = (both + expected) / (each + _SMOOTHING)
        absent = (each[:, None] - both + expected) / (total - each + _SMOOTHING)
        there, absent = (np.clip(of, 1e-6, 1 - 1e-6) for of in (there, absent))
        filled_says, empty_says = np.log(there / absent), np.log((1 - there) / (1 - absent))
        np.fill_diagonal(filled_says, 0.0)
        np.fill_diagonal(empty_says, 0.0)
        return filled_says - empty_says, empty_says.sum(0)

    def log_odds(self, pairs: np.ndarray) -> np.ndarray:
        """[n]: naive Bayes, log P(r) / P(not r) + sum over s of log P(s | r) / P(s | not r), s every slot but r.

        Whether the entity fills r itself is left out: it is what is asked.
        """
        says, nothing = self._evidence
        rows, slots = self._filled_by(pairs[:, 0])
        found = np.bincount(rows, says[slots, pairs[rows, 1]], len(pairs))
        return found + nothing[pairs[:, 1]] + self.prior[pairs[:, 1]]

    def _filled_by(self, entities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The slots that each entity fills: row of the entity, slot."""
        return _expanded(self.counts.indptr, self.counts.indices, entities)

    def count(self, pairs: np.ndarray) -> np.ndarray:
        """[n]: in how many facts the entity of a pair fills its slot."""
        return np.asarray(self.counts[pairs[:, 0], pairs[:, 1]]).ravel()

    def degree(self, pairs: np.ndarray) -> np.ndarray:
        """[n]: in how many facts the entity of a pair is, on either side."""
        return np.asarray(self.counts.sum(1)).ravel()[pairs[:, 0]]

    # ------------------------------------------------------------------ what is implied by a link of the same pair

    @cached_property
    def _confidence(self) -> np.ndarray:
        """[2R, 2R]: |pairs of entities linked by s and r| / (|pairs linked by s| + 1), 0 for r itself."""
        head, tail, slot = self.graph.edges
        pair = np.unique(head * self.graph.num_entities + tail, return_inverse=True)[1].reshape(-1)
        shape = int(pair.max(initial=-1)) + 1, self.graph.num_relations
        links = (sp.csr_matrix((np.ones(len(pair)), (pair, slot)), shape) > 0).astype(float)
        both = (links.T @ links).toarray()
        made = both / (both.diagonal()[:, None] + 1)
        np.fill_diagonal(made, 0.0)
        return np.minimum(made, _MOST)

    @cached_property
    def _edges_by_entity(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Offsets of each entity, and (slot, other entity) of its edges; and the sorted keys of all edges."""
        head, tail, slot = self.graph.edges
        order = np.argsort(head, kind="stable")
        indptr = np.concatenate([[0], np.cumsum(np.bincount(head, minlength=self.graph.num_entities))])
        return indptr, slot[order], tail[order], np.sort(self._key(head, slot, tail))

    def _key(self, head: np.ndarray, slot: np.ndarray, tail: np.ndarray) -> np.ndarray:
        return (head * self.graph.num_relations + slot) * self.graph.num_entities + tail

    def implied(self, pairs: np.ndarray) -> np.ndarray:
        """[n]: the probability that a known link (e, s, t) implies an unknown fact (e, r, t), for some s and t.

        1 - prod (1 - confidence(s => r)) over the links of the entity, as `relxfer_kg.priors.ReverseLookup` counts it:
        symmetric and inverse relations, and those of which one is part of another.
        """
        if not len(self.graph.facts):
            return np.zeros(len(pairs))
        degree = np.diff(self._edges_by_entity[0])[pairs[:, 0]]
        cuts = np.searchsorted(np.cumsum(degree), np.arange(_AT_ONCE, degree.sum(), _AT_ONCE))
        return np.concatenate([self._implied(part) for part in np.split(pairs, cuts)])

    def _implied(self, pairs: np.ndarray) -> np.ndarray:
        indptr, slots, others, keys = self._edges_by_entity
        rows, edges = _expanded(indptr, np.arange(len(slots)), pairs[:, 0])
        entity, asked = pairs[rows].T
        wanted = self._key(entity, asked, others[edges])
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        confidence = np.where(keys[place] == wanted, 0.0, self._confidence[slots[edges], asked])
        return -np.expm1(np.bincount(rows, np.log1p(-confidence), len(pairs)))


def _expanded(indptr: np.ndarray, values: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values of several rows of compressed rows: number of the row among `rows`, value."""
    counts = indptr[rows + 1] - indptr[rows]
    starts = np.repeat(indptr[rows], counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(np.arange(len(rows)), counts), values[starts + within]
