"""Asking for relations: each fact is one query (h, ?, t)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from relxfer.contract.data import Examples
from relxfer.judge.metrics.relations import RelationPrediction
from relxfer_kg.asking.form import Form, items
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.questions import UNKNOWN, KGQuestions

_LINKED = np.array(["not linked yet", "linked already"])


class Relations(Form):
    """A query is a pair (head, tail), its answer a direct relation."""

    def task(self, graph: KnowledgeGraph) -> RelationPrediction:
        return RelationPrediction(graph.relations, open=True, self_supervised=True, candidates="relations")

    def examples(self, graph: KnowledgeGraph, facts: np.ndarray, units: np.ndarray | None) -> Examples:
        facts = np.asarray(facts, dtype=np.int64).reshape(-1, 3)
        return Examples(graph, facts[:, [0, 2]], facts[:, 1], items(units, len(facts)))

    def facts(self, examples: Examples) -> np.ndarray:
        assert examples.answers is not None
        return np.insert(examples.queries, 1, examples.answers, axis=1)

    def units(self, examples: Examples) -> np.ndarray:
        return examples.unit_ids()

    def of_names(self, graph: KnowledgeGraph, question: Mapping[str, Sequence[str]]) -> Examples:
        """Columns `head` and `tail`; a column `relation` says the answer of a row where it is neither empty nor "?".

        The columns may have other usual names, such as subject, predicate and object.
        """
        return KGQuestions(graph).of_pairs(question)

    def everything(self, graph: KnowledgeGraph) -> Examples:
        """(head, ?, tail) for every pair that an observed fact links: what else holds between them."""
        head, _, tail = graph.facts.T
        pairs = np.divmod(np.unique(head * graph.num_entities + tail), max(1, graph.num_entities))
        return Examples(graph, np.stack(pairs, 1))

    def kinds(self, graph: KnowledgeGraph, queries: np.ndarray) -> np.ndarray:
        """1 where an observed fact links the two entities, in either direction; else 0."""
        (head, tail), (heads, _, tails), size = queries.T, graph.facts.T, graph.num_entities
        linked = np.isin(head * size + tail, np.concatenate([heads * size + tails, tails * size + heads]))
        return linked.astype(np.int64)

    def name_kinds(self, graph: KnowledgeGraph, kinds: np.ndarray) -> list[str]:
        return _LINKED[kinds].tolist()

    def name_queries(self, graph: KnowledgeGraph, queries: np.ndarray) -> dict[str, list[str]]:
        head, tail = ([graph.entities[entity] for entity in side] for side in queries.T)
        return {"head": head, "relation": [UNKNOWN] * len(head), "tail": tail}
