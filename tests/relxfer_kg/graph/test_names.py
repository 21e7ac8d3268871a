"""The names of a graph: a model with a table for them is loaded again on this graph only."""

from __future__ import annotations

import json

import numpy as np
import pytest
from relxfer_kg import GraphNames, KnowledgeGraph

from relxfer.errors import Incompatible

FACTS = np.array([[0, 0, 1], [1, 0, 2]])
GRAPH = KnowledgeGraph(("a", "b", "c"), ("r",), FACTS)


def test_names_survive_a_card():
    card = json.loads(json.dumps(GraphNames.of(GRAPH).card()))
    assert GraphNames.from_card(card) == GraphNames.of(GRAPH)


def test_the_same_names_with_other_facts_will_do():
    GraphNames.of(GRAPH).require(GRAPH.without(np.array([0])))


@pytest.mark.parametrize(
    ("other", "got"),
    [
        (KnowledgeGraph(("a", "b", "d"), ("r",), FACTS), "a graph with others: d"),
        (KnowledgeGraph(("a", "b", "c"), ("s",), FACTS), "a graph with others: s"),
        (KnowledgeGraph(("b", "a", "c"), ("r",), FACTS), "a graph without some, or in another order"),
        (KnowledgeGraph(("a", "b"), ("r",), FACTS[:1]), "a graph without some, or in another order"),
    ],
)
def test_other_names_are_refused_in_words(other, got):
    with pytest.raises(Incompatible, match=rf"the 3 entities and 1 relations .* got {got}; train it on this graph"):
        GraphNames.of(GRAPH).require(other)
