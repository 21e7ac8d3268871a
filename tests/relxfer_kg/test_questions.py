"""Questions about a knowledge graph, row by row."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.questions import KGQuestions

from relxfer.errors import BadQuestions, DataError

GRAPH = KnowledgeGraph(("ann", "bob", "caf\u00e9"), ("knows", "likes"), np.array([[0, 0, 1]]))


def asked(**columns):
    return KGQuestions(GRAPH).of(columns)


def test_a_whole_fact_says_its_answer():
    found = asked(head=["ann", "ann", "?"], relation=["knows", "likes", "knows"], tail=["bob", "", "ann"])
    assert found.queries.tolist() == [[0, 0], [0, 1], [0, 2]]
    assert found.answers.tolist() == [1, -1, -1]
    assert asked(head=["ann"], relation=["knows"]).answers is None


def test_every_row_that_cannot_be_asked_is_told_and_the_rest_is_left():
    question = {
        "head": ["ann", "anna", "?", "bob", "cafe\u0301"],
        "relation": ["knows", "knows", "knows", "loves", "likes"],
        "tail": ["?", "?", "", "?", "?"],
    }
    with pytest.raises(BadQuestions) as error:
        asked(**question)
    assert error.value.rows == {
        1: "no entity is called 'anna'; did you mean 'ann'?",
        2: 'neither head nor tail is named; leave the one to be predicted empty or write "?"',
        3: "no relation is called 'loves'; did you mean 'likes'?",
        4: "no entity is called 'cafe\u0301'; it looks like 'caf\\xe9', but was written 'cafe\\u0301': they differ in "
        "Unicode form (NFC and NFD); write it as in the data",
    }
    assert error.value.rest == {"head": ["ann"], "relation": ["knows"], "tail": ["?"]}


def test_a_question_for_the_relation_is_told_where_it_can_be_asked():
    with pytest.raises(DataError, match='or ask for relations in a run with task = "relation-prediction"'):
        asked(head=["ann"], tail=["bob"])
    with pytest.raises(DataError, match=r"add it$"):
        asked(head=["ann"])
