"""Subgraphs that training batches are drawn from."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.domain import FactIds, Splits, Vocabulary, kg_domain
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.training.subgraph import subgraph_around


def some_graph(entities: int, relations: int, facts: int, seed: int) -> KnowledgeGraph:
    rng = np.random.default_rng(seed)
    columns = rng.integers(0, [entities, relations, entities], size=(facts, 3))
    return KnowledgeGraph(tuple(map(str, range(entities))), tuple(f"r{i}" for i in range(relations)), columns)


def domain_of(graph: KnowledgeGraph):
    return kg_domain("some", Vocabulary(graph.entities, graph.relations), Splits(FactIds(graph.facts)))


graphs = st.builds(some_graph, st.integers(2, 40), st.integers(1, 5), st.integers(1, 120), st.integers(0, 10_000))


@settings(max_examples=60)
@given(graph=graphs, size=st.integers(2, 30), left_out=st.floats(0, 0.9), seed=st.integers(0, 99))
def test_it_holds_all_facts_between_its_entities(graph, size, left_out, seed):
    rng = np.random.default_rng(seed)
    roots = graph.facts[rng.integers(len(graph.facts)), [0, 2]]
    near = subgraph_around(graph, roots, size, left_out, rng)
    assert set(roots) <= set(near.entities.tolist())
    assert len(near.entities) <= max(size, 2)
    inside = np.isin(graph.facts[:, [0, 2]], near.entities).all(1)
    named = [(graph.entities[h], graph.relations[r], graph.entities[t]) for h, r, t in graph.facts[inside]]
    true = near.true
    assert [(true.entities[h], true.relations[r], true.entities[t]) for h, r, t in true.facts] == named
    assert set(map(tuple, near.messages.facts.tolist())) <= set(map(tuple, true.facts.tolist()))


@settings(max_examples=40)
@given(graph=graphs, seed=st.integers(0, 99))
def test_queries_keep_their_meaning_in_its_numbering(graph, seed):
    domain = domain_of(graph)
    rng = np.random.default_rng(seed)
    near = subgraph_around(graph, graph.facts[0, [0, 2]], 10, 0.0, rng)
    rows = near.rows(graph, domain.train.queries, domain.train.answers)
    assert {0, 1} <= set(rows.tolist())  # both queries of the fact at its root
    queries, answers = near.renumbered(graph, domain.train.queries[rows], domain.train.answers[rows])
    direct, local = len(graph.relations), len(near.true.relations)
    assert near.entities[queries[:, 0]].tolist() == domain.train.queries[rows, 0].tolist()
    assert near.entities[answers].tolist() == domain.train.answers[rows].tolist()
    kinds = near.relations[queries[:, 1] % local] + direct * (queries[:, 1] >= local)
    assert kinds.tolist() == domain.train.queries[rows, 1].tolist()


def test_it_has_the_size_asked_for_where_the_graph_allows():
    ring = np.array([[i, 0, (i + 1) % 100] for i in range(100)])
    graph = KnowledgeGraph(tuple(map(str, range(100))), ("next",), ring)
    near = subgraph_around(graph, np.array([0]), 25, 0.0, np.random.default_rng(0))
    assert len(near.entities) == 25
    assert len(near.true.facts) == 24  # an arc


@settings(max_examples=40)
@given(graph=graphs, seed=st.integers(0, 99))
def test_queries_about_derived_facts_have_derived_facts_as_answers(graph, seed):
    domain = domain_of(graph)
    rng = np.random.default_rng(seed)
    near = subgraph_around(graph, graph.facts[0, [0, 2]], 20, 0.0, rng, derived_chance=1.0)
    rows = near.rows(graph, domain.train.queries, domain.train.answers)
    before = near.renumbered(graph, domain.train.queries[rows], domain.train.answers[rows])
    queries, answers = near.with_derived(*before, rng)
    known, direct = set(map(tuple, near.derived.tolist())), len(near.true.relations)
    for (entity, relation), answer, old, right in zip(queries.tolist(), answers.tolist(), *before, strict=True):
        fact = (answer, relation - direct, entity) if relation >= direct else (entity, relation, answer)
        assert fact in known or ([entity, relation], answer) == (old.tolist(), right)


def test_facts_left_out_carry_no_message_and_stay_true():
    graph = some_graph(30, 3, 400, 0)
    near = subgraph_around(graph, np.array([0]), 20, 0.5, np.random.default_rng(0))
    assert 0.3 < len(near.messages.facts) / len(near.true.facts) < 0.7
    assert near.messages.entities == near.true.entities
    assert near.messages.relations == near.true.relations
    assert subgraph_around(graph, np.array([0]), 20, 0.0, np.random.default_rng(0)).messages.sha == near.true.sha
