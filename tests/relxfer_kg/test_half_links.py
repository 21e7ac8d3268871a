"""Half-links against a count by hand over all facts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.domain import FactIds, Splits, Vocabulary, kg_domain
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.half_links import TAG, half_links

ENTITIES, RELATIONS = ("a", "b", "c", "d"), ("r", "s")
FACTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 3)), max_size=8)


def by_hand(facts, head, relation, tail, asks_head):
    of_head = any(h == head and r == relation for h, r, _ in facts)
    of_tail = any(r == relation and t == tail for _, r, t in facts)
    of_query, of_answer = (of_tail, of_head) if asks_head else (of_head, of_tail)
    return {(1, 1): "both", (1, 0): "of the query only", (0, 1): "of the answer only", (0, 0): "none"}[
        of_query, of_answer
    ]


@given(FACTS, FACTS)
def test_each_side_is_looked_for_in_all_facts(observed, asked):
    graph = KnowledgeGraph(ENTITIES, RELATIONS, np.array(observed, np.int64).reshape(-1, 3))
    head, relation, tail = np.array(asked, np.int64).reshape(-1, 3).T
    forwards = half_links(graph, np.stack([head, relation], 1), tail)
    backwards = half_links(graph, np.stack([tail, relation + len(RELATIONS)], 1), head)
    for number, fact in enumerate(asked):
        assert forwards[number] == by_hand(observed, *fact, asks_head=False)
        assert backwards[number] == by_hand(observed, *fact, asks_head=True)


def test_the_test_of_a_graph_is_tagged_by_what_is_observed_and_nothing_else_is():
    observed, test = np.array([[0, 0, 1], [2, 0, 1]]), np.array([[0, 0, 3], [3, 0, 1], [3, 1, 2]])
    domain = kg_domain("tiny", Vocabulary(ENTITIES, RELATIONS), Splits(FactIds(observed), None, FactIds(test)))
    assert domain.train.tags == {}
    assert domain.test.tags[TAG].tolist() == [
        "of the query only", "of the answer only", "of the answer only", "of the query only", "none", "none",
    ]  # fmt: skip
    assert domain.test.hidden().tags == {}, "no learner sees them"
    more = domain.with_new({"head": ["d"], "relation": ["s"], "tail": ["c"]})
    assert more.test.tags[TAG].tolist()[4:] == ["both", "both"], "of the graph as the questions see it"
    assert domain.name_kinds(np.array([0, 3])) == ["r: tail", "s: head"]
