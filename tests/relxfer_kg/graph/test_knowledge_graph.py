import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.relation_graph import relation_graph

NAMES = ("ann", "bob", "rome"), ("knows", "lives_in")
FACTS = np.array([[0, 0, 1], [1, 1, 2], [0, 0, 1], [2, 0, 2]])


def test_edges_are_the_facts_then_their_inverses():
    graph = KnowledgeGraph(*NAMES, FACTS)
    receiver, sender, kind = graph.edges
    assert (graph.num_entities, graph.num_relations) == (3, 4)
    np.testing.assert_array_equal(np.stack([receiver, kind, sender], 1)[:4], FACTS)
    np.testing.assert_array_equal(np.stack([sender, kind - 2, receiver], 1)[4:], FACTS)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (np.array([[0, 0, 3]]), r"tail id of facts in 0..2 \(got 3 in row 0\)"),
        (np.array([[0, 0, 1], [0, 2, 1]]), r"relation id of facts in 0..1 \(got 2 in row 1\)"),
        (np.array([[-1, 0, 1]]), r"head id of facts in 0..2 \(got -1 in row 0\)"),
        (np.array([[0, 1]]), r"integers \[n, 3\] \(got int64 \[1, 2\]\)"),
        (np.array([[0.0, 0.0, 1.0]]), r"integers \[n, 3\] \(got float64 \[1, 3\]\)"),
    ],
)
def test_malformed_facts_are_refused(facts, message):
    with pytest.raises(ValueError, match=message):
        KnowledgeGraph(*NAMES, facts)
    with pytest.raises(ValueError, match=message):
        KnowledgeGraph(*NAMES, FACTS).edges_of(facts)


def test_names_must_be_unique():
    with pytest.raises(ValueError, match=r"unique names in entities \(got 'ann' more than once\)"):
        KnowledgeGraph(("ann", "ann"), ("r",), np.zeros((0, 3), int))


def test_facts_are_a_private_copy():
    mine = FACTS.copy()
    graph = KnowledgeGraph(*NAMES, mine)
    mine[:] = 0
    np.testing.assert_array_equal(graph.facts, FACTS)
    with pytest.raises(ValueError, match="read-only"):
        graph.facts[0] = 0


def test_empty_graph():
    graph = KnowledgeGraph(*NAMES, np.zeros((0, 3), int))
    assert adjacency_of(graph).num_edges == 0
    assert relation_graph(graph).adjacency.num_edges == 0
    assert not graph.edges_of(FACTS).any()


@given(st.data())
def test_edges_of_equals_the_set_definition(data):
    entities, relations = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 3))
    fact = st.tuples(*(st.integers(0, limit - 1) for limit in (entities, relations, entities)))
    facts, asked = data.draw(st.lists(fact, max_size=12)), data.draw(st.lists(fact, max_size=12))
    graph = KnowledgeGraph(
        tuple(map(str, range(entities))),
        tuple(map(str, range(relations))),
        np.array(facts, dtype=int).reshape(-1, 3),
    )
    expected = [row in set(asked) for row in facts]
    assert graph.edges_of(np.array(asked, dtype=int).reshape(-1, 3)).tolist() == expected * 2
    pairs = np.array(asked, dtype=int).reshape(-1, 3)[:, [0, 2]]
    ends = {frozenset(pair) for pair in pairs.tolist()}
    assert graph.edges_between(pairs).tolist() == [frozenset((h, t)) in ends for h, _, t in facts] * 2


def test_without_keeps_vocabularies():
    graph = KnowledgeGraph(*NAMES, FACTS)
    by_row, by_mask = graph.without(np.array([0, 2])), graph.without(np.array([True, False, True, False]))
    assert (by_row.entities, by_row.relations) == NAMES
    np.testing.assert_array_equal(by_row.facts, FACTS[[1, 3]])
    assert by_row.sha == by_mask.sha != graph.sha
    assert graph.without(np.array([], dtype=int)).sha == graph.sha


@pytest.mark.parametrize("rows", [np.array([4]), np.array([-1]), np.array([True])])
def test_without_refuses_rows_the_graph_has_not(rows):
    with pytest.raises(ValueError, match="Expected"):
        KnowledgeGraph(*NAMES, FACTS).without(rows)


def test_sha_depends_on_every_name_and_fact_and_on_nothing_else():
    graph = KnowledgeGraph(*NAMES, FACTS)
    assert graph.sha == KnowledgeGraph(list(NAMES[0]), list(NAMES[1]), FACTS.astype(np.int32)).sha
    others = [
        KnowledgeGraph(("ann", "bob", "Rome"), NAMES[1], FACTS),
        KnowledgeGraph(*NAMES, FACTS[::-1]),
        KnowledgeGraph(("annb", "ob", "rome"), NAMES[1], FACTS),
        KnowledgeGraph(*NAMES, FACTS[:3]),
    ]
    assert len({graph.sha, *(other.sha for other in others)}) == 5


def test_sha_layout_is_fixed():
    graph = KnowledgeGraph(("a", "é"), ("r",), np.array([[0, 0, 1]]))
    assert graph.sha == "613358b9b778debbc06a86de0c31d8e8f1d47fc6450821728fa7521d6fb3aeb0"


def test_planning_modules_do_not_import_torch_or_numba():
    code = (
        "import sys, relxfer_kg.graph.knowledge_graph, relxfer_kg.training.negatives, relxfer_kg.ultra.weights\n"
        "assert not {'torch', 'numba'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})


def test_what_is_kept_is_made_once_per_graph_and_key():
    graph, made = KnowledgeGraph(*NAMES, FACTS), []

    def make(value):
        return lambda: made.append(value) or value

    assert [graph.kept("a", make(1)), graph.kept("a", make(2)), graph.kept("b", make(3))] == [1, 1, 3]
    assert made == [1, 3]
    other = graph.without(np.array([0]))
    assert other.kept("a", make(4)) == 4
    assert graph.kept("a", make(5)) == 1


def test_what_is_kept_changes_neither_fingerprint_nor_equality():
    graph = KnowledgeGraph(*NAMES, FACTS)
    before = graph.sha, repr(graph)
    adjacency_of(graph)
    assert (graph.sha, repr(graph)) == before
