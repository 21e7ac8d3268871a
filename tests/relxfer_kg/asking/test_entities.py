"""Asking for entities: what is read back of queries that are no pairs; the rest is tested with the domain."""

import numpy as np
from relxfer_kg.asking.entities import as_facts, facts_of
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

from relxfer.contract.data import Examples

GRAPH = KnowledgeGraph(("a", "b", "c"), ("r", "s"), np.array([[0, 0, 1]]))


def test_queries_of_either_side_are_facts():
    assert as_facts(np.array([[0, 1], [2, 2]]), np.array([1, 0]), 2).tolist() == [[0, 1, 1], [0, 0, 2]]


def test_only_both_queries_of_each_fact_are_one():
    both = Examples(GRAPH, np.array([[0, 0], [1, 2]]), np.array([1, 0]))
    assert facts_of(GRAPH, both).tolist() == [[0, 0, 1]]
    assert facts_of(GRAPH, both.take(np.array([0, 0, 1]))).tolist() == [[0, 0, 1]] * 3
