"""Subgraphs to train on: the surroundings of a fact, some of whose facts carry no messages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.training.derived import derived_facts

#: Bounds of the number of neighbours followed from one entity in one hop; the number is drawn for each subgraph.
_FANOUT = (3, 50)
#: Where a subgraph has derived relations, the share of its queries that are about them.
_DERIVED_QUERIES = 0.25


@dataclass(frozen=True, eq=False)
class Subgraph:
    """Some entities of a graph and the facts between them, with entities and relations numbered anew.

    true       all facts of the graph between these entities, and the derived ones: no negative may be one of them
    messages   the facts of `true` that carry messages; same numbering
    entities   [V] entity ids in the graph, ascending
    relations  [R / 2] direct relation ids in the graph, ascending
    derived    [m, 3] facts of `true` of relations that the graph does not have, numbered after `relations`
    """

    true: KnowledgeGraph
    messages: KnowledgeGraph
    entities: np.ndarray
    relations: np.ndarray
    derived: np.ndarray

    def rows(self, graph: KnowledgeGraph, queries: np.ndarray, answers: np.ndarray) -> np.ndarray:
        """Rows of the graph's `queries` [n, 2] and `answers` [n] whose entities and relation are in the subgraph."""
        has_entity = np.zeros(graph.num_entities, dtype=bool)
        has_entity[self.entities] = True
        has_relation = np.zeros(len(graph.relations), dtype=bool)
        has_relation[self.relations] = True
        relations = queries[:, 1] % len(graph.relations)
        return np.flatnonzero(has_entity[queries[:, 0]] & has_entity[answers] & has_relation[relations])

    def renumbered(
        self, graph: KnowledgeGraph, queries: np.ndarray, answers: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The graph's queries [b, 2] and answers [b], in the numbering of the subgraph."""
        direct = len(graph.relations)
        entity, relation = queries.T
        relation, backwards = np.searchsorted(self.relations, relation % direct), relation >= direct
        entity = np.searchsorted(self.entities, entity)
        return (
            np.stack([entity, relation + backwards * len(self.true.relations)], 1),
            np.searchsorted(self.entities, answers),
        )

    def with_derived(
        self, queries: np.ndarray, answers: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """The queries [b, 2] and answers [b], some of them replaced by queries about derived facts."""
        if not len(self.derived):
            return queries, answers
        head, relation, tail = self.derived[rng.integers(len(self.derived), size=len(answers))].T
        backwards = rng.random(len(answers)) < 0.5
        other = np.stack([np.where(backwards, tail, head), relation + backwards * len(self.true.relations)], 1)
        taken = rng.random(len(answers)) < _DERIVED_QUERIES
        return (
            np.where(taken[:, None], other, queries),
            np.where(taken, np.where(backwards, head, tail), answers),
        )


def subgraph_around(
    graph: KnowledgeGraph,
    roots: np.ndarray,
    size: int,
    left_out: float,
    rng: np.random.Generator,
    derived_chance: float = 0.0,
) -> Subgraph:
    """About `size` entities around `roots`, and all facts between them.

    Found breadth first, following at most k neighbours of each entity, drawn at random. k is drawn between 3 and 50 for
    each subgraph, so that subgraphs differ in density as graphs do. A component with fewer entities gives fewer.

    Args:
        graph: the graph it is taken from.
        roots: [k] entity ids.
        size: entities wanted, roots included.
        left_out: share of the facts that carry no messages, in [0, 1).
        rng: source of randomness.
        derived_chance: probability that relations derived from its own are added (see `derived_facts`).

    >>> line = KnowledgeGraph(tuple("abcd"), ("r", "s"), np.array([[0, 1, 1], [1, 1, 2], [2, 0, 3]]))
    >>> near = subgraph_around(line, np.array([0]), 3, 0.0, np.random.default_rng(0))
    >>> near.true.entities, near.true.relations, near.true.facts.tolist()
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
    derives = derived_chance > 0 and rng.random() < derived_chance
    new = derived_facts(facts, len(relations), rng) if derives else facts[:0]
    names = [*(graph.relations[i] for i in relations), *(f"derived {i}" for i in np.unique(new[:, 1]))]
    facts = np.concatenate([facts, new])
    true = KnowledgeGraph(tuple(graph.entities[i] for i in entities), tuple(names), facts)
    messages = true.without(rng.random(len(facts)) < left_out) if left_out else true
    return Subgraph(true, messages, entities, relations, new)


def _surroundings(graph: KnowledgeGraph, roots: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    csr = adjacency_of(graph).by_receiver
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
