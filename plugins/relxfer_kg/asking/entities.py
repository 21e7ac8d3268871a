"""Asking for entities: each fact is a tail query (h, r, ?) and a head query (?, r, t)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from relxfer.contract.data import Examples
from relxfer.judge.metrics.ranking import Ranking
from relxfer_kg import half_links
from relxfer_kg.asking.form import Form, items
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.questions import UNKNOWN, KGQuestions


class Entities(Form):
    """A query is (entity, relation id), its answer an entity.

    A tail query (h, r, ?) is (h, r); a head query (?, r, t) is (t, r + number of direct relations).
    """

    def task(self, graph: KnowledgeGraph) -> Ranking:
        return Ranking(graph.entities, open=True, self_supervised=True)

    def examples(self, graph: KnowledgeGraph, facts: np.ndarray, units: np.ndarray | None) -> Examples:
        """Tail and head query of each fact, side by side."""
        head, relation, tail = np.asarray(facts, dtype=np.int64).reshape(-1, 3).T
        queries = np.stack([head, relation, tail, relation + len(graph.relations)], 1).reshape(-1, 2)
        answers = np.stack([tail, head], 1).reshape(-1)
        return Examples(graph, queries, answers, np.repeat(items(units, len(head)), 2))

    def facts(self, examples: Examples) -> np.ndarray:
        return facts_of(examples.inputs, examples)

    def units(self, examples: Examples) -> np.ndarray:
        return examples.unit_ids()[::2]

    def tagged(self, test: Examples) -> Examples:
        assert test.answers is not None
        return replace(test, tags={half_links.TAG: half_links.half_links(test.inputs, test.queries, test.answers)})

    def of_names(self, graph: KnowledgeGraph, question: Mapping[str, Sequence[str]]) -> Examples:
        """Columns `relation` and one of `head` and `tail`, or both with the unknown side empty or "?"; a fact with both
        is the tail query whose answer it says.

        With the column `relation` alone, every entity is asked about as head, but for literals. The columns may have
        other usual names, such as subject, predicate and object.
        """
        return KGQuestions(graph).of(question)

    def everything(self, graph: KnowledgeGraph) -> Examples:
        """(entity, relation, ?) for every pair that an observed fact has, by relation."""
        head, relation, _ = graph.facts.T
        relation, head = np.divmod(np.unique(relation * graph.num_entities + head), graph.num_entities)
        return Examples(graph, np.stack([head, relation], 1))

    def answerable(self, graph: KnowledgeGraph, queries: np.ndarray) -> np.ndarray:
        """By the slots of relations that the entity fills; see `relxfer_kg.slots`."""
        from relxfer_kg.slots.slot_profile import SlotProfile  # imports scipy, which is slow

        return graph.kept("slot profile", lambda: SlotProfile(graph)).probabilities(queries)

    def kinds(self, graph: KnowledgeGraph, queries: np.ndarray) -> np.ndarray:
        """The relation of each query; the heads of a relation and its tails are two kinds."""
        return queries[:, 1]

    def name_kinds(self, graph: KnowledgeGraph, kinds: np.ndarray) -> list[str]:
        """The relation, and which side of it is asked for: `knows: tail`, `knows: head`."""
        direct = len(graph.relations)
        return [graph.relations[kind % direct] + (": tail", ": head")[kind >= direct] for kind in kinds.tolist()]

    def name_queries(self, graph: KnowledgeGraph, queries: np.ndarray) -> dict[str, list[str]]:
        direct = len(graph.relations)
        names = [graph.entities[entity] for entity in queries[:, 0]]
        backwards = queries[:, 1] >= direct
        return {
            "head": [UNKNOWN if back else name for name, back in zip(names, backwards, strict=True)],
            "relation": [graph.relations[relation % direct] for relation in queries[:, 1]],
            "tail": [name if back else UNKNOWN for name, back in zip(names, backwards, strict=True)],
        }


def facts_of(graph: KnowledgeGraph, examples: Examples) -> np.ndarray:
    """[m, 3] (head, relation, tail), one fact for two queries where both are present."""
    assert examples.answers is not None
    facts = as_facts(examples.queries, examples.answers, len(graph.relations))
    paired = len(facts) % 2 == 0 and np.array_equal(facts[::2], facts[1::2])
    return facts[::2] if paired else facts


def as_facts(queries: np.ndarray, answers: np.ndarray, direct: int) -> np.ndarray:
    """[n, 3] (head, relation, tail) of queries [n, 2] of either direction and their answers [n].

    direct  number of direct relations

    >>> as_facts(np.array([[0, 0], [0, 1]]), np.array([5, 5]), 1).tolist()
    [[0, 0, 5], [5, 0, 0]]
    """
    entity, relation = queries.T
    backwards = relation >= direct
    head, tail = np.where(backwards, answers, entity), np.where(backwards, entity, answers)
    return np.stack([head, relation % direct, tail], 1)
