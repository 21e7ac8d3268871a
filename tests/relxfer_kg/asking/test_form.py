"""What the forms of questions share."""

import numpy as np
import pytest
from relxfer_kg.asking.form import items
from relxfer_kg.domain import FORMS
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

GRAPH = KnowledgeGraph(("ann", "bob", "rome"), ("knows", "lives_in"), np.array([[0, 0, 1], [1, 0, 0], [0, 1, 2]]))


def test_items_are_numbered_within_a_split():
    assert items(None, 3).tolist() == [0, 1, 2]
    assert items(np.array([9, 4, 9]), 3).tolist() == [1, 0, 1]


@pytest.mark.parametrize("kind", FORMS)
def test_facts_and_their_items_are_read_back(kind):
    form = FORMS[kind]
    asked = form.examples(GRAPH, GRAPH.facts, np.array([8, 8, 3]))
    assert np.array_equal(form.facts(asked), GRAPH.facts)
    assert form.units(asked).tolist() == [1, 1, 0]
    assert form.task(GRAPH).problem(asked.answers) is None
    assert form.task(GRAPH).kind == kind
    assert form.task(GRAPH).self_supervised


@pytest.mark.parametrize("kind", FORMS)
def test_what_is_asked_of_everything_is_named_and_can_be_asked_again(kind):
    form = FORMS[kind]
    asked = form.everything(GRAPH)
    names = form.name_queries(GRAPH, asked.queries)
    assert set(names) == {"head", "relation", "tail"}
    again = form.of_names(GRAPH, names)
    assert np.array_equal(again.queries, asked.queries)
    assert again.answers is None


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_of_query_has_a_name(kind):
    form = FORMS[kind]
    kinds = form.kinds(GRAPH, form.everything(GRAPH).queries)
    assert len(form.name_kinds(GRAPH, kinds)) == len(kinds)
