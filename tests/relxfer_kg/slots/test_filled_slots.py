"""What the slots that an entity fills say is counted right, and leaves out the slot that is asked about."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.slots import filled_slots
from relxfer_kg.slots.filled_slots import FilledSlots

ENTITIES, RELATIONS = 7, 3
FACTS = st.lists(
    st.tuples(st.integers(0, ENTITIES - 1), st.integers(0, RELATIONS - 1), st.integers(0, ENTITIES - 1)),
    min_size=1,
    max_size=25,
)


def graph_of(facts) -> KnowledgeGraph:
    names = tuple(map(str, range(ENTITIES)))
    return KnowledgeGraph(names, names[:RELATIONS], np.array(facts, np.int64).reshape(-1, 3))


def every_pair() -> np.ndarray:
    return np.stack(np.meshgrid(np.arange(ENTITIES), np.arange(2 * RELATIONS), indexing="ij"), -1).reshape(-1, 2)


@given(FACTS)
def test_the_log_odds_are_those_of_naive_bayes(facts):
    filled, total = FilledSlots(graph_of(facts)), ENTITIES
    there = filled.counts.toarray() > 0
    for (entity, slot), found in zip(every_pair(), filled.log_odds(every_pair()), strict=True):
        own = there[:, slot]
        expected = np.log((own.sum() + 0.5) / (total - own.sum() + 0.5))
        for other in range(2 * RELATIONS):
            if other != slot:
                each = there[:, other]
                one = (each[own].sum() + each.sum() / total) / (own.sum() + 1)
                none = (each[~own].sum() + each.sum() / total) / ((~own).sum() + 1)
                one, none = np.clip([one, none], 1e-6, 1 - 1e-6)
                expected += np.log(one / none) if there[entity, other] else np.log((1 - one) / (1 - none))
        assert found == pytest.approx(expected)


@given(FACTS)
def test_what_is_implied_is_that_of_each_link(facts):
    graph = graph_of(facts)
    filled, edges = FilledSlots(graph), {tuple(edge) for edge in np.stack(graph.edges, 1).tolist()}
    linked = {slot: {(h, t) for h, t, s in edges if s == slot} for slot in range(2 * RELATIONS)}
    multiple = [tuple(edge) for edge in np.stack(graph.edges, 1).tolist()]
    for (entity, slot), found in zip(every_pair(), filled.implied(every_pair()), strict=True):
        none = 1.0
        for head, tail, other in multiple:
            if head == entity and other != slot and (head, tail) not in linked[slot]:
                confidence = len(linked[other] & linked[slot]) / (len(linked[other]) + 1)
                none *= 1 - min(confidence, 0.999)
        assert found == pytest.approx(1 - none)


def test_what_is_implied_does_not_depend_on_how_much_is_looked_at_together(monkeypatch):
    filled = FilledSlots(graph_of([(0, 0, 1), (1, 0, 0), (1, 0, 2), (2, 1, 3), (3, 1, 2), (3, 1, 4), (4, 2, 0)]))
    whole = filled.implied(every_pair())
    monkeypatch.setattr(filled_slots, "_AT_ONCE", 3)
    assert np.allclose(filled.implied(every_pair()), whole)
    assert whole.max() > 0


def test_a_symmetric_relation_implies_its_reversal():
    facts = [(0, 0, 1), (1, 0, 0), (2, 0, 3), (3, 0, 2), (4, 0, 5)]
    filled = FilledSlots(graph_of(facts))
    likely, none = filled.implied(np.array([[5, 0], [6, 0]]))
    assert likely > 0.5
    assert none == 0


def test_a_graph_without_facts_says_nothing():
    filled = FilledSlots(graph_of([]))
    assert np.isfinite(filled.log_odds(every_pair())).all()
    assert (filled.implied(every_pair()) == 0).all()
    assert len(filled.log_odds(every_pair()[:0])) == 0
