import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph import KnowledgeGraph
from relxfer_kg.relation_graph import MEETINGS


def four_products(graph: KnowledgeGraph) -> np.ndarray:
    """The definition: four dense products of the incidence matrices, rows (type, receiver, sender)."""
    head, tail, kind = graph.edges
    as_head = np.zeros((graph.num_entities, graph.num_relations), dtype=int)
    as_tail = as_head.copy()
    as_head[head, kind] = as_tail[tail, kind] = 1
    pairs = (as_head, as_head), (as_tail, as_tail), (as_head, as_tail), (as_tail, as_head)
    edges = [np.argwhere(first.T @ second) for first, second in pairs]
    return np.concatenate([np.insert(edge, 0, kind, axis=1) for kind, edge in enumerate(edges)])


@given(st.integers(1, 12), st.integers(1, 4), st.integers(0, 30), st.integers(0, 999))
def test_one_product_equals_four(entities, relations, facts, seed):
    rng = np.random.default_rng(seed)
    rows = np.stack([rng.integers(0, limit, facts) for limit in (entities, relations, entities)], 1)
    graph = KnowledgeGraph(tuple(map(str, range(entities))), tuple(map(str, range(relations))), rows)
    edges = graph.relation_graph.adjacency
    found = np.stack([edges.type, edges.receiver, edges.sender], 1)
    np.testing.assert_array_equal(found, four_products(graph))
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


@given(st.integers(1, 12), st.integers(1, 4), st.integers(0, 30), st.integers(0, 999))
def test_shares_are_those_of_the_definition(entities, relations, facts, seed):
    rng = np.random.default_rng(seed)
    rows = np.stack([rng.integers(0, limit, facts) for limit in (entities, relations, entities)], 1)
    graph = KnowledgeGraph(tuple(map(str, range(entities))), tuple(map(str, range(relations))), rows)
    edges, weight = graph.weighted_relation_graph.adjacency, graph.weighted_relation_graph.weight
    plain, half = four_products(graph), len(weight) // 2
    found = np.stack([edges.type, edges.receiver, edges.sender], 1)
    np.testing.assert_array_equal(found, np.concatenate([plain, plain + [4, 0, 0]]))
    np.testing.assert_array_equal(weight[:half], 1)
    np.testing.assert_allclose(weight[half:], shares(graph), rtol=1e-6)


@pytest.mark.parametrize("name", ["tiny", "tiny_dup", "fb237_v1_ind", "WN18RR_v1_ind"])
def test_golden_relation_graph(golden, name):
    expected = golden(name)
    edges = expected.graph.relation_graph.adjacency
    np.testing.assert_array_equal(np.stack([edges.receiver, edges.sender]), expected.arrays["rel_edge_index"])
    np.testing.assert_array_equal(edges.type, expected.arrays["rel_edge_type"])
