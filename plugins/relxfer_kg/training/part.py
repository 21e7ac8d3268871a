"""Parts of a graph to train on: the surroundings of a fact, some of whose facts are left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.training.derived import derived

#: Neighbours followed from one entity in one hop, at least and at most; where between them is drawn for each part.
_FANOUT = (3, 50)
#: Where a part has derived relations, the share of its questions that are about them.
_ASKED = 0.25


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a graph, with entities and relations numbered anew.

    whole      every fact of the graph between the part's entities: what is known to be true
    seen       the facts of `whole` that carry messages; same numbering
    entities   [V] entity ids in the graph, ascending
    relations  [R / 2] direct relation ids in the graph, ascending
    derived    [m, 3] facts of `whole` of relations that the graph does not have, numbered after `relations`
    """

    whole: KnowledgeGraph
    seen: KnowledgeGraph
    entities: np.ndarray
    relations: np.ndarray
    derived: np.ndarray

    def rows(self, graph: KnowledgeGraph, queries: np.ndarray, answers: np.ndarray) -> np.ndarray:
        """The rows of `queries` [n, 2] and `answers` [n] of the graph that are questions about the part."""
        inside = np.zeros(graph.num_entities, dtype=bool)
        inside[self.entities] = True
        known = np.zeros(len(graph.relations), dtype=bool)
        known[self.relations] = True
        relations = queries[:, 1] % len(graph.relations)
        return np.flatnonzero(inside[queries[:, 0]] & inside[answers] & known[relations])

    def renumbered(
        self, graph: KnowledgeGraph, queries: np.ndarray, answers: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Queries [b, 2] and answers [b] of the graph in the numbers of the part."""
        direct = len(graph.relations)
        entity, relation = queries.T
        relation, backwards = np.searchsorted(self.relations, relation % direct), relation >= direct
        entity = np.searchsorted(self.entities, entity)
        return (
            np.stack([entity, relation + backwards * len(self.whole.relations)], 1),
            np.searchsorted(self.entities, answers),
        )

    def also_of_derived(
        self, queries: np.ndarray, answers: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Questions [b, 2] about the part and their answers [b], some of them in favour of ones about derived facts."""
        if not len(self.derived):
            return queries, answers
        head, relation, tail = self.derived[rng.integers(len(self.derived), size=len(answers))].T
        backwards = rng.random(len(answers)) < 0.5
        other = np.stack([np.where(backwards, tail, head), relation + backwards * len(self.whole.relations)], 1)
        taken = rng.random(len(answers)) < _ASKED
        return (
            np.where(taken[:, None], other, queries),
            np.where(taken, np.where(backwards, head, tail), answers),
        )


def part(
    graph: KnowledgeGraph,
    roots: np.ndarray,
    size: int,
    left_out: float,
    rng: np.random.Generator,
    derived_chance: float = 0.0,
) -> Part:
    """About `size` entities around `roots`, and all facts between them but for a share that carries no messages.

    Breadth first, following at most k neighbours drawn at random from each entity, k drawn between 3 and 50 for the
    part: parts differ in density, as graphs do. A component smaller than `size` ends it early.

    Args:
        graph: where the part is cut from.
        roots: [k] entity ids.
        size: entities wanted, roots included.
        left_out: share of the facts left out of `seen`, in [0, 1).
        rng: source of randomness.
        derived_chance: probability that the part has relations which follow from its own (see `derived`).

    >>> line = KnowledgeGraph(tuple("abcd"), ("r", "s"), np.array([[0, 1, 1], [1, 1, 2], [2, 0, 3]]))
    >>> cut = part(line, np.array([0]), 3, 0.0, np.random.default_rng(0))
    >>> cut.whole.entities, cut.whole.relations, cut.whole.facts.tolist()
    (('a', 'b', 'c'), ('s',), [[0, 0, 1], [1, 0, 2]])
    """
    entities = _surroundings(graph, roots, size, rng)
    inside = np.zeros(graph.num_entities, dtype=bool)
    inside[entities] = True
    head, relation, tail = graph.facts.T
    rows = np.flatnonzero(inside[head] & inside[tail])
    relations, kinds = np.unique(relation[rows], return_inverse=True)
    facts = np.stack(
        [np.searchsorted(entities, head[rows]), kinds.reshape(-1), np.searchsorted(entities, tail[rows])], 1
    )
    asked = derived_chance > 0 and rng.random() < derived_chance
    new = derived(facts, len(relations), rng) if asked else facts[:0]
    names = [*(graph.relations[i] for i in relations), *(f"derived {i}" for i in np.unique(new[:, 1]))]
    facts = np.concatenate([facts, new])
    whole = KnowledgeGraph(tuple(graph.entities[i] for i in entities), tuple(names), facts)
    seen = whole.without(rng.random(len(facts)) < left_out) if left_out else whole
    return Part(whole, seen, entities, relations, new)


def _surroundings(graph: KnowledgeGraph, roots: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    csr = graph.adjacency.by_receiver
    fanout = round(float(np.exp(rng.uniform(*np.log(_FANOUT)))))
    chosen = np.zeros(graph.num_entities, dtype=bool)
    frontier = np.unique(roots)
    chosen[frontier] = True
    count = len(frontier)
    while count < size and len(frontier):
        start, degree = csr.indptr[frontier], np.diff(csr.indptr)[frontier]
        frontier, start, degree = (column[degree > 0] for column in (frontier, start, degree))
        picks = start[:, None] + rng.integers(0, degree[:, None], size=(len(frontier), fanout))
        reached = np.unique(csr.sender[picks])
        reached = reached[~chosen[reached]]
        frontier = rng.permutation(reached)[: size - count]
        chosen[frontier] = True
        count += len(frontier)
    return np.flatnonzero(chosen)
