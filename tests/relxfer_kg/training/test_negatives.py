import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.training.negatives import KnownAnswers, known_answers, strict_negatives


def every_query(graph):
    return np.array(
        [(entity, relation) for entity in range(graph.num_entities) for relation in range(graph.num_relations)]
    )


def right_answers(graph, entity, relation):
    direct = len(graph.relations)
    if relation < direct:
        return {t for h, r, t in graph.facts.tolist() if (h, r) == (entity, relation)}
    return {h for h, r, t in graph.facts.tolist() if (t, r + direct) == (entity, relation)}


@pytest.mark.parametrize("seed", range(3))
def test_known_answers_of_every_query(random_graph, seed):
    graph = random_graph(entities=6, relations=2, facts=15, seed=seed)
    queries = every_query(graph)
    indptr, answers = KnownAnswers(graph).of(queries)
    for row, (entity, relation) in enumerate(queries.tolist()):
        found = answers[indptr[row] : indptr[row + 1]].tolist()
        assert found == sorted(right_answers(graph, entity, relation))


def test_known_answers_are_computed_once_per_graph(random_graph):
    graph = random_graph()
    assert known_answers(graph) is known_answers(graph)
    thin = graph.without(np.arange(len(graph.facts)))
    assert known_answers(thin).of(every_query(thin))[0][-1] == 0


@given(st.integers(0, 999), st.integers(2, 12), st.integers(0, 40))
def test_no_negative_is_a_known_answer(seed, entities, facts):
    rng = np.random.default_rng(seed)
    rows = np.stack([rng.integers(0, limit, facts) for limit in (entities, 2, entities)], 1)
    graph = KnowledgeGraph(tuple(map(str, range(entities))), ("a", "b"), rows)
    queries = every_query(graph)
    drawn = strict_negatives(queries, KnownAnswers(graph), entities, 7, rng)
    assert drawn.shape == (len(queries), 7)
    assert drawn.dtype == np.int64
    for row, (entity, relation) in enumerate(queries.tolist()):
        right = right_answers(graph, entity, relation)
        assert set(drawn[row].tolist()) <= set(range(entities)) - (right if len(right) < entities else set())


def test_negatives_are_uniform_over_the_rest():
    graph = KnowledgeGraph(tuple("abcdef"), ("r",), np.array([[0, 0, 1], [0, 0, 4], [0, 0, 0], [3, 0, 5]]))
    queries = np.array([[0, 0], [3, 0], [5, 1]])
    drawn = strict_negatives(queries, KnownAnswers(graph), 6, 30_000, np.random.default_rng(0))
    counts = np.stack([np.bincount(row, minlength=6) for row in drawn]) / 30_000
    free = np.array([[0, 0, 1, 1, 0, 1], [1, 1, 1, 1, 1, 0], [1, 1, 1, 0, 1, 1]])
    np.testing.assert_allclose(counts, free / free.sum(1, keepdims=True), atol=0.015)  # five standard errors


def test_a_saturated_query_falls_back_to_all_entities():
    graph = KnowledgeGraph(tuple("ab"), ("r",), np.array([[0, 0, 0], [0, 0, 1]]))
    drawn = strict_negatives(np.array([[0, 0], [1, 0]]), KnownAnswers(graph), 2, 200, np.random.default_rng(0))
    assert set(drawn[0].tolist()) == set(drawn[1].tolist()) == {0, 1}


def test_same_seed_same_negatives(random_graph):
    graph = random_graph()
    queries, known = every_query(graph), KnownAnswers(graph)
    draws = [strict_negatives(queries, known, 20, 5, np.random.default_rng(3)) for _ in range(2)]
    np.testing.assert_array_equal(*draws)


def test_empty_batch_and_empty_graph():
    graph = KnowledgeGraph(tuple("ab"), ("r",), np.zeros((0, 3), int))
    known, rng = KnownAnswers(graph), np.random.default_rng(0)
    assert strict_negatives(np.zeros((0, 2), int), known, 2, 3, rng).shape == (0, 3)
    assert strict_negatives(np.array([[1, 1]]), known, 2, 3, rng).shape == (1, 3)


@pytest.mark.parametrize(
    ("queries", "entities", "count", "message"),
    [
        (np.array([[0, 0]]), 21, 1, "num_entities=20"),
        (np.array([[0, 0]]), 20, -1, "count >= 0"),
        (np.array([[20, 0]]), 20, 1, r"below \(20, 8\) \(got \(20, 0\)\)"),
        (np.array([0, 0]), 20, 1, r"integers \[B, 2\]"),
    ],
)
def test_misfits_are_refused(random_graph, queries, entities, count, message):
    with pytest.raises(ValueError, match=message):
        strict_negatives(queries, KnownAnswers(random_graph()), entities, count, np.random.default_rng(0))
