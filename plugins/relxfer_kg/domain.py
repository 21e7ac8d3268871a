"""A knowledge graph as a domain: facts become a tail and a head query each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples, Task
from relxfer.errors import DataError, did_you_mean
from relxfer.seeding import generator
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

UNKNOWN = "?"


@dataclass(frozen=True)
class KGDomain(Domain):
    """A domain whose inputs are the observed facts; a query is (entity, relation id), its answer an entity.

    A tail query (h, r, ?) is (h, r); a head query (?, r, t) is (t, r + number of direct relations).
    """

    def hold_out(self, rows: np.ndarray) -> Domain:
        """Validation facts also leave the graph against which they are asked."""
        domain = super().hold_out(rows)
        assert domain.val is not None
        graph: KnowledgeGraph = self.inputs
        seen = graph.edges_of(facts_of(graph, domain.val))[: len(graph.facts)]
        return replace(domain, val=replace(domain.val, inputs=graph.without(np.flatnonzero(seen))))

    def known(self) -> list[Examples]:
        """Beside the splits, every fact in sight: it stays in the graph when a label budget leaves it out."""
        return [_examples(self.inputs, self.inputs.facts, None), *super().known()]

    def observe(self, fraction: float) -> Domain:
        """Keep a seeded fraction of the observed units, in the graph and among the training queries."""
        assert self.train is not None
        graph: KnowledgeGraph = self.inputs
        units = self.train.unit_ids()[::2]
        kept = generator("observed fraction", graph.sha).permutation(np.unique(units))
        kept = kept[: max(1, round(len(kept) * fraction))]
        rows = np.flatnonzero(np.isin(units, kept))
        thin = graph.without(np.setdiff1d(np.arange(len(graph.facts)), rows))
        note = f"{len(rows)} of {len(graph.facts)} observed facts kept (observed_fraction = {fraction})"
        return kg_domain(
            self.name, graph.entities, graph.relations, thin.facts,
            None if self.val is None else facts_of(graph, self.val),
            None if self.test is None else facts_of(graph, self.test),
            units[rows], _units(self.val), _units(self.test), (*self.notes, note),
        )  # fmt: skip

    def ask(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """Columns `relation` and one of `head` and `tail`, or both with the unknown side empty or "?".

        A question with a relation only is put for every entity as head.
        """
        graph: KnowledgeGraph = self.inputs
        entity_ids = {name: i for i, name in enumerate(graph.entities)}
        relation_ids = {name: i for i, name in enumerate(graph.relations)}
        relations = [_find(name, relation_ids, "relation") for name in _column(question, "relation")]
        if "head" not in question and "tail" not in question:
            everyone = np.arange(graph.num_entities)
            pairs = np.stack([np.tile(everyone, len(relations)), np.repeat(relations, len(everyone))], 1)
            return Examples(graph, pairs.astype(np.int64))
        heads = _column(question, "head", len(relations))
        tails = _column(question, "tail", len(relations))
        rows = [_query(graph, entity_ids, *row) for row in zip(heads, relations, tails, strict=True)]
        return Examples(graph, np.array(rows, dtype=np.int64).reshape(-1, 2))

    def everything(self) -> Examples:
        """(entity, relation, ?) for every pair that an observed fact has, by relation."""
        graph: KnowledgeGraph = self.inputs
        head, relation, _ = graph.facts.T
        relation, head = np.divmod(np.unique(relation * graph.num_entities + head), graph.num_entities)
        return Examples(graph, np.stack([head, relation], 1))

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        """Columns head, relation, tail; the side that was asked for is "?"."""
        graph: KnowledgeGraph = self.inputs
        direct = len(graph.relations)
        names = [graph.entities[entity] for entity in queries[:, 0]]
        backwards = queries[:, 1] >= direct
        return {
            "head": [UNKNOWN if back else name for name, back in zip(names, backwards, strict=True)],
            "relation": [graph.relations[relation % direct] for relation in queries[:, 1]],
            "tail": [name if back else UNKNOWN for name, back in zip(names, backwards, strict=True)],
        }


def kg_domain(
    name: str,
    entities: Sequence[str],
    relations: Sequence[str],
    observed: np.ndarray,
    valid: np.ndarray | None = None,
    test: np.ndarray | None = None,
    observed_units: np.ndarray | None = None,
    valid_units: np.ndarray | None = None,
    test_units: np.ndarray | None = None,
    notes: Sequence[str] = (),
) -> KGDomain:
    """A domain from facts as ids [n, 3] (head, relation, tail).

    The observed facts are both the message graph and the training queries. `*_units` group facts that are one item
    (a symmetric fact and its twin); None makes every fact an item. Facts to be asked for are put in the order of their
    relations: what a scorer does for a relation is then done once, and a query that several facts ask too.

    >>> domain = kg_domain("tiny", ["a", "b"], ["knows"], np.array([[0, 0, 1]]))
    >>> domain.train.queries.tolist(), domain.train.answers.tolist()
    ([[0, 0], [1, 1]], [1, 0])
    """
    graph = KnowledgeGraph(tuple(entities), tuple(relations), np.asarray(observed, dtype=np.int64).reshape(-1, 3))
    return KGDomain(
        name=name,
        task=Task("ranking", graph.entities, open=True, self_supervised=True),
        inputs=graph,
        sha=graph.sha,
        train=_examples(graph, graph.facts, observed_units),
        val=None if valid is None or not len(valid) else _by_relation(graph, valid, valid_units),
        test=None if test is None or not len(test) else _by_relation(graph, test, test_units),
        notes=tuple(notes),
    )


def facts_of(graph: KnowledgeGraph, examples: Examples) -> np.ndarray:
    """[n, 3] (head, relation, tail), one fact for two queries where both are present."""
    assert examples.answers is not None
    direct = len(graph.relations)
    entity, relation = examples.queries.T
    backwards = relation >= direct
    head = np.where(backwards, examples.answers, entity)
    tail = np.where(backwards, entity, examples.answers)
    facts = np.stack([head, relation % direct, tail], 1)
    paired = len(facts) % 2 == 0 and np.array_equal(facts[::2], facts[1::2])
    return facts[::2] if paired else facts


def _by_relation(graph: KnowledgeGraph, facts: np.ndarray, units: np.ndarray | None) -> Examples:
    order = np.argsort(facts[:, 1], kind="stable")
    return _examples(graph, facts[order], None if units is None else units[order])


def _examples(graph: KnowledgeGraph, facts: np.ndarray, units: np.ndarray | None) -> Examples:
    """Tail and head query of each fact, side by side; units are numbered inside their split, so that what a sealed
    split holds does not show in another one.
    """
    head, relation, tail = np.asarray(facts, dtype=np.int64).reshape(-1, 3).T
    queries = np.stack([head, relation, tail, relation + len(graph.relations)], 1).reshape(-1, 2)
    answers = np.stack([tail, head], 1).reshape(-1)
    each = np.arange(len(head)) if units is None else np.unique(units, return_inverse=True)[1].reshape(-1)
    return Examples(graph, queries, answers, np.repeat(each, 2))


def _units(examples: Examples | None) -> np.ndarray | None:
    return None if examples is None else examples.unit_ids()[::2]


def _column(question: Mapping[str, Sequence[str]], name: str, count: int | None = None) -> Sequence[Any]:
    if name in question:
        return question[name]
    if count is None:
        raise DataError(f"expected a column {name!r} in the queries, got: {', '.join(question)}; add it")
    return [UNKNOWN] * count


def _query(
    graph: KnowledgeGraph, entities: Mapping[str, int], head: str | None, relation: int, tail: str | None
) -> tuple[int, int]:
    asked_head, asked_tail = head in (None, "", UNKNOWN), tail in (None, "", UNKNOWN)
    if asked_head == asked_tail:
        raise DataError(
            f"expected a head or a tail in each query, got head {head!r} and tail {tail!r} for relation "
            f'{graph.relations[relation]!r}; leave the one to be predicted empty or write "?"'
        )
    if asked_tail:
        return _find(head, entities, "entity"), relation
    return _find(tail, entities, "entity"), relation + len(graph.relations)


def _find(name: str | None, names: Mapping[str, int], what: str) -> int:
    index = names.get(str(name))
    if index is None:
        near = did_you_mean(str(name), names).split(" (there are")[0].split("(there are")[0]
        raise DataError(f"expected a known {what}, got {name!r}; {near or 'check the spelling against your data'}")
    return index
