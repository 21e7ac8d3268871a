"""A knowledge graph as a domain: facts become a tail and a head query each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.data import lookalikes
from relxfer.errors import DataError, did_you_mean
from relxfer.judge.ranking import Ranking
from relxfer.seeding import generator
from relxfer_kg.files import asked
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

#: Stands for the side of a fact that a query asks for.
UNKNOWN = "?"


class Vocabulary(NamedTuple):
    """Names of entities and of direct relations; the index is the id."""

    entities: Sequence[str]
    relations: Sequence[str]


class FactIds(NamedTuple):
    """Facts as ids, and which of them belong together.

    ids    [n, 3] integers (head, relation, tail)
    units  [n]: facts with equal numbers are one item for budgets and resampling, such as a symmetric fact and its
           twin; None makes every fact an item
    """

    ids: np.ndarray
    units: np.ndarray | None = None


class Splits(NamedTuple):
    """The facts of a domain: the observed ones, and those to be asked for; no test, or an empty one, is None."""

    observed: FactIds
    valid: FactIds | None = None
    test: FactIds | None = None


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
        held_out = graph.edges_of(facts_of(graph, domain.val))[: len(graph.facts)]
        return replace(domain, val=replace(domain.val, inputs=graph.without(held_out)))

    def known(self) -> list[Examples]:
        """The splits, and every observed fact: a label budget removes training queries, and no fact from the graph."""
        return [_examples(self.inputs, self.inputs.facts, None), *super().known()]

    def observe(self, fraction: float) -> Domain:
        """Keep a seeded fraction of the observed units, in the graph and among the training queries."""
        assert self.train is not None
        graph: KnowledgeGraph = self.inputs
        units = self.train.unit_ids()[::2]
        kept = generator("observed fraction", graph.sha).permutation(np.unique(units))
        kept = kept[: max(1, round(len(kept) * fraction))]
        rows = np.flatnonzero(np.isin(units, kept))
        note = f"{len(rows)} of {len(graph.facts)} observed facts kept (observed_fraction = {fraction})"
        splits = Splits(FactIds(graph.facts[rows], units[rows]), _facts_in(self.val), _facts_in(self.test))
        return kg_domain(self.name, Vocabulary(graph.entities, graph.relations), splits, (*self.notes, note))

    def ask(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """Queries from names: columns `relation` and one of `head` and `tail`, or both with the unknown side empty or
        "?".

        With the column `relation` alone, every entity is asked about as head, but for literals. The columns may have
        other usual names, such as subject, predicate and object.
        """
        graph: KnowledgeGraph = self.inputs
        question = asked.usual(question)
        entity_ids = {name: i for i, name in enumerate(graph.entities)}
        relation_ids = {name: i for i, name in enumerate(graph.relations)}
        relations = [_id_of(name, relation_ids, "relation") for name in _column(question, "relation")]
        if "head" not in question and "tail" not in question:
            entities = asked.subjects(graph)
            pairs = np.stack([np.tile(entities, len(relations)), np.repeat(relations, len(entities))], 1)
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


def kg_domain(name: str, vocabulary: Vocabulary, splits: Splits, notes: Sequence[str] = ()) -> KGDomain:
    """A domain from facts as ids.

    The observed facts are both the message graph and the training queries. Validation and test facts are sorted by
    relation, because a scorer computes much of the work once per relation.

    >>> facts = FactIds(np.array([[0, 0, 1]]))
    >>> domain = kg_domain("tiny", Vocabulary(["a", "b"], ["knows"]), Splits(facts))
    >>> domain.train.queries.tolist(), domain.train.answers.tolist()
    ([[0, 0], [1, 1]], [1, 0])
    """
    observed = np.asarray(splits.observed.ids, dtype=np.int64).reshape(-1, 3)
    graph = KnowledgeGraph(tuple(vocabulary.entities), tuple(vocabulary.relations), observed)
    return KGDomain(
        name=name,
        task=Ranking(graph.entities, open=True, self_supervised=True),
        inputs=graph,
        sha=graph.sha,
        train=_examples(graph, graph.facts, splits.observed.units),
        val=_by_relation(graph, splits.valid),
        test=_by_relation(graph, splits.test),
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


def _by_relation(graph: KnowledgeGraph, facts: FactIds | None) -> Examples | None:
    if facts is None or not len(facts.ids):
        return None
    order = np.argsort(facts.ids[:, 1], kind="stable")
    return _examples(graph, facts.ids[order], None if facts.units is None else facts.units[order])


def _examples(graph: KnowledgeGraph, facts: np.ndarray, units: np.ndarray | None) -> Examples:
    """Tail and head query of each fact, side by side.

    Units are numbered within their split: numbers across splits would tell what the sealed test holds.
    """
    head, relation, tail = np.asarray(facts, dtype=np.int64).reshape(-1, 3).T
    queries = np.stack([head, relation, tail, relation + len(graph.relations)], 1).reshape(-1, 2)
    answers = np.stack([tail, head], 1).reshape(-1)
    each = np.arange(len(head)) if units is None else np.unique(units, return_inverse=True)[1].reshape(-1)
    return Examples(graph, queries, answers, np.repeat(each, 2))


def _facts_in(examples: Examples | None) -> FactIds | None:
    if examples is None:
        return None
    return FactIds(facts_of(examples.inputs, examples), examples.unit_ids()[::2])


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
        return _id_of(head, entities, "entity"), relation
    return _id_of(tail, entities, "entity"), relation + len(graph.relations)


def _id_of(name: str | None, names: Mapping[str, int], what: str) -> int:
    index = names.get(str(name))
    if index is None:
        alike = lookalikes.found(str(name), names)
        if alike:
            raise DataError(f"expected a known {what}, got {name!r}; {alike}; copy it from your data")
        near = did_you_mean(str(name), names).split(" (there are")[0].split("(there are")[0]
        raise DataError(f"expected a known {what}, got {name!r}; {near or 'check the spelling against your data'}")
    return index
