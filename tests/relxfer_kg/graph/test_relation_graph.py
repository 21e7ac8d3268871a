import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.relation_graph import MEETINGS, relation_graph


def four_products(graph: KnowledgeGraph, support: float = 0.0) -> np.ndarray:
    """The definition: four dense products of the incidence matrices, rows (type, receiver, sender)."""
    head, tail, kind = graph.edges
    as_head = np.zeros((graph.num_entities, graph.num_relations), dtype=int)
    as_tail = as_head.copy()
    as_head[head, kind] = as_tail[tail, kind] = 1
    pairs = (as_head, as_head), (as_tail, as_tail), (as_head, as_tail), (as_tail, as_head)

    def met(first, second):
        common, fewer = first.T @ second, np.minimum.outer(first.sum(0), second.sum(0))
        return (common > 0) & (common >= support * fewer)

    edges = [np.argwhere(met(first, second)) for first, second in pairs]
    return np.concatenate([np.insert(edge, 0, kind, axis=1) for kind, edge in enumerate(edges)])


@given(
    st.integers(1, 12),
    st.integers(1, 4),
    st.integers(0, 30),
    st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    st.integers(0, 999),
)
def test_one_product_equals_four(entities, relations, facts, support, seed):
    rng = np.random.default_rng(seed)
    rows = np.stack([rng.integers(0, limit, facts) for limit in (entities, relations, entities)], 1)
    graph = KnowledgeGraph(tuple(map(str, range(entities))), tuple(map(str, range(relations))), rows)
    edges = relation_graph(graph, support).adjacency
    found = np.stack([edges.type, edges.receiver, edges.sender], 1)
    np.testing.assert_array_equal(found, four_products(graph, support))
    assert (edges.num_nodes, edges.num_types) == (2 * relations, len(MEETINGS))


def shares(graph: KnowledgeGraph) -> np.ndarray:
    """The definition, from sets of entities."""
    head, tail, kind = graph.edges
    heads = [set(head[kind == r]) for r in range(graph.num_relations)]
    tails = [set(tail[kind == r]) for r in range(graph.num_relations)]
    sides = (heads, heads), (tails, tails), (heads, tails), (tails, heads)

    def share(type, receiver, sender):
        ours, theirs = sides[type][0][receiver], sides[type][1][sender]
        other = (sender + len(graph.relations)) % graph.num_relations
        if (sender if type < 2 else other) == receiver:  # both sides are one
            return len(ours) / (kind == receiver).sum()
        return len(ours & theirs) / len(ours)

    return np.array([share(*edge) for edge in four_products(graph).tolist()])


@given(st.integers(1, 12), st.integers(1, 4), st.integers(0, 30), st.sampled_from([0.0, 0.5]), st.integers(0, 999))
def test_shares_are_those_of_the_definition(entities, relations, facts, support, seed):
    rng = np.random.default_rng(seed)
    rows = np.stack([rng.integers(0, limit, facts) for limit in (entities, relations, entities)], 1)
    graph = KnowledgeGraph(tuple(map(str, range(entities))), tuple(map(str, range(relations))), rows)
    found = relation_graph(graph, support, shares=True)
    edges, plain = found.adjacency, relation_graph(graph, support).adjacency.num_edges
    listed = np.stack([edges.type, edges.receiver, edges.sender], 1)
    expected = [four_products(graph, support), four_products(graph) + [len(MEETINGS), 0, 0]]
    np.testing.assert_array_equal(listed, np.concatenate(expected))
    np.testing.assert_array_equal(found.weight[:plain], 1)
    np.testing.assert_allclose(found.weight[plain:], shares(graph), rtol=1e-6)


def test_a_meeting_that_is_rare_for_both_is_none():
    """r and s have 40 heads each and one in common, t has this one alone."""
    facts = np.array([[i, 0, 99] for i in range(40)] + [[i, 1, 99] for i in range(39, 79)] + [[39, 2, 99]])
    graph = KnowledgeGraph(tuple(map(str, range(100))), ("r", "s", "t"), facts)

    def heads_of(support):
        edges = relation_graph(graph, support).adjacency
        hh = (edges.type == 0) & (edges.receiver < 3) & (edges.sender < 3) & (edges.receiver < edges.sender)
        return list(zip(edges.receiver[hh].tolist(), edges.sender[hh].tolist(), strict=True))

    assert heads_of(0.0) == heads_of(0.025) == [(0, 1), (0, 2), (1, 2)]
    assert heads_of(0.03) == [(0, 2), (1, 2)]


@pytest.mark.parametrize("name", ["tiny", "tiny_dup", "fb237_v1_ind", "WN18RR_v1_ind"])
def test_golden_relation_graph(golden, name):
    expected = golden(name)
    edges = relation_graph(expected.graph).adjacency
    np.testing.assert_array_equal(np.stack([edges.receiver, edges.sender]), expected.arrays["rel_edge_index"])
    np.testing.assert_array_equal(edges.type, expected.arrays["rel_edge_type"])


def test_it_is_computed_once_per_graph_and_options(random_graph):
    graph = random_graph()
    assert relation_graph(graph) is relation_graph(graph, 0.0, False)
    assert relation_graph(graph, 0.5) is not relation_graph(graph)
    assert relation_graph(graph, shares=True) is not relation_graph(graph)
    assert relation_graph(graph).classes is relation_graph(graph).classes
