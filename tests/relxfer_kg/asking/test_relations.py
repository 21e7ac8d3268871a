"""Asking for the relations of pairs."""

import numpy as np
import pytest
from relxfer_kg.asking.relations import Relations
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

from relxfer.errors import BadQuestions, DataError

FACTS = np.array([[0, 0, 1], [0, 1, 1], [1, 1, 2], [3, 0, 3]])
GRAPH = KnowledgeGraph(("ann", "bob", "eve", "sue"), ("knows", "likes"), FACTS)
FORM = Relations()


def test_a_fact_is_one_query_of_its_pair():
    asked = FORM.examples(GRAPH, FACTS, None)
    assert asked.queries.tolist() == [[0, 1], [0, 1], [1, 2], [3, 3]]
    assert asked.answers.tolist() == [0, 1, 1, 0]
    assert asked.questions().tolist() == [0, 0, 1, 2]


def test_every_linked_pair_is_asked_once():
    assert FORM.everything(GRAPH).queries.tolist() == [[0, 1], [1, 2], [3, 3]]
    assert FORM.answerable(GRAPH, np.array([[0, 1]])) is None


def test_pairs_that_are_linked_in_either_direction_are_a_kind():
    kinds = FORM.kinds(GRAPH, np.array([[0, 1], [1, 0], [0, 2], [3, 3]]))
    assert FORM.name_kinds(GRAPH, kinds) == ["linked already", "linked already", "not linked yet", "linked already"]


def test_pairs_are_asked_by_name_and_may_say_their_relation():
    found = FORM.of_names(GRAPH, {"subject": ["ann", "bob"], "predicate": ["", "likes"], "object": ["eve", "ann"]})
    assert found.queries.tolist() == [[0, 2], [1, 0]]
    assert found.answers.tolist() == [-1, 1]
    assert FORM.of_names(GRAPH, {"head": ["ann"], "tail": ["eve"]}).answers is None


def test_every_pair_that_cannot_be_asked_is_told():
    names = {"head": ["ann", "?", "an", "ann"], "tail": ["", "bob", "bob", "bob"], "relation": ["?", "?", "?", "loves"]}
    with pytest.raises(BadQuestions) as error:
        FORM.of_names(GRAPH, names)
    both = "name both head and tail; the relation is what is predicted"
    assert error.value.rows == {
        0: both,
        1: both,
        2: "no entity is called 'an'; did you mean 'ann'?",
        3: "no relation is called 'loves'; did you mean 'likes'?",
    }


@pytest.mark.parametrize(("side", "missing"), [("head", "tail"), ("tail", "head")])
def test_both_sides_are_needed(side, missing):
    with pytest.raises(DataError, match=f"columns head and tail, .* got: {side}; add {missing}"):
        FORM.of_names(GRAPH, {side: ["ann"]})
