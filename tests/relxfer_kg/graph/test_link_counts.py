"""Counts against counting, and that what is not seen is not counted."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.graph.link_counts import link_counts
from relxfer_kg.graph.quotient import quotient


def by_counting(graph):
    """count(e, r) for all, [V, R]."""
    table = np.zeros((graph.num_entities, graph.num_relations), int)
    for head, relation, tail in graph.facts:
        table[head, relation] += 1
        table[tail, relation + len(graph.relations)] += 1
    return table


def every_count(graph, counts):
    return counts.of(np.arange(graph.num_entities)[:, None], np.arange(graph.num_relations)[None])


@given(st.integers(3, 12), st.integers(1, 3), st.integers(2, 30), st.integers(0, 99))
@settings(max_examples=30)
def test_counts_are_those_of_the_facts(random_graph, entities, relations, facts, seed):
    graph = random_graph(entities=entities, relations=relations, facts=facts, seed=seed)
    counts, expected = link_counts(graph), by_counting(graph)
    np.testing.assert_array_equal(every_count(graph, counts), expected)
    np.testing.assert_array_equal(counts.degrees, expected.sum(1))
    np.testing.assert_array_equal(counts.facts, expected.sum(0))
    np.testing.assert_array_equal(counts.holders, (expected > 0).sum(0))
    each = [column.sum() / max((column > 0).sum(), 1) or 1 for column in expected.T]
    np.testing.assert_allclose(counts.per_holder(np.arange(graph.num_relations)), each)


@given(st.integers(3, 12), st.integers(2, 30), st.integers(0, 99), st.floats(0, 1))
@settings(max_examples=30)
def test_counts_without_facts_are_those_of_the_graph_without_them(random_graph, entities, facts, seed, share):
    graph = random_graph(entities=entities, relations=3, facts=facts, seed=seed)
    left_out = np.random.default_rng(seed).random(facts) < share
    seen = link_counts(graph, np.tile(~left_out, 2).astype(np.float32))
    thin = link_counts(graph.without(left_out))
    np.testing.assert_array_equal(every_count(graph, seen), every_count(graph, thin))
    for of in ("degrees", "facts", "holders"):
        np.testing.assert_array_equal(getattr(seen, of), getattr(thin, of))
    np.testing.assert_array_equal(every_count(graph, link_counts(graph)), by_counting(graph))  # as before


@given(st.integers(3, 12), st.integers(2, 30), st.integers(0, 99))
@settings(max_examples=30)
def test_twins_have_equal_counts(random_graph, entities, facts, seed):
    graph = random_graph(entities=entities, relations=2, facts=facts, seed=seed)
    weight = np.random.default_rng(seed).choice([0, 1, 2.5], 2 * facts)
    counts, of = link_counts(graph, weight), quotient(adjacency_of(graph), weight).of
    table = np.column_stack([every_count(graph, counts), counts.degrees])
    for one, two in product(range(entities), repeat=2):
        assert of[one] != of[two] or (table[one] == table[two]).all()


def test_they_are_computed_once_per_graph(random_graph):
    graph = random_graph()
    assert link_counts(graph) is link_counts(graph)
    assert link_counts(graph, np.full(2 * len(graph.facts), 0.5)) is link_counts(graph)


def test_an_inverse_counts_the_other_side(random_graph):
    counts = link_counts(random_graph(relations=4))
    assert counts.inverse(np.arange(8)).tolist() == [4, 5, 6, 7, 0, 1, 2, 3]


@pytest.mark.parametrize("relations", [0, 2])
def test_a_graph_without_facts_has_none(graph_of, relations):
    graph = graph_of(3, relations, [])
    counts = link_counts(graph)
    assert every_count(graph, counts).tolist() == [[0] * 2 * relations] * 3
    assert counts.per_holder(np.arange(2 * relations)).tolist() == [1.0] * 2 * relations
    assert counts.inverse(np.zeros(0, int)).tolist() == []
