import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph.adjacency import BLOCKS, Adjacency, adjacency_of


@given(st.integers(1, 30), st.integers(1, 5), st.integers(0, 100), st.integers(0, 99))
def test_groupings_hold_every_edge_once(nodes, types, edges, seed):
    rng = np.random.default_rng(seed)
    receiver, sender, kind = (rng.integers(0, limit, edges) for limit in (nodes, nodes, types))
    adjacency = Adjacency(receiver, sender, kind, num_nodes=nodes, num_types=types)
    for column, size in (("receiver", nodes), ("sender", nodes), ("type", types)):
        grouped = getattr(adjacency, f"by_{column}")
        assert sorted(grouped.edge.tolist()) == list(range(edges))
        np.testing.assert_array_equal(grouped.receiver, receiver[grouped.edge])
        np.testing.assert_array_equal(grouped.sender, sender[grouped.edge])
        np.testing.assert_array_equal(grouped.type, kind[grouped.edge])
        rows = np.repeat(np.arange(size), np.diff(grouped.indptr))
        np.testing.assert_array_equal(rows, getattr(grouped, column))
        assert len(grouped.blocks) == BLOCKS + 1
        assert (grouped.blocks[0], grouped.blocks[-1]) == (0, size)
        assert (np.diff(grouped.blocks) >= 0).all()
        assert {grouped.indptr.dtype, grouped.edge.dtype, grouped.sender.dtype} == {np.dtype(np.int32)}


def test_the_message_graph_has_both_directions_of_every_fact_and_is_built_once(random_graph):
    graph = random_graph()
    adjacency = adjacency_of(graph)
    assert (adjacency.num_nodes, adjacency.num_types) == (graph.num_entities, graph.num_relations)
    columns = adjacency.receiver, adjacency.sender, adjacency.type
    for column, expected in zip(columns, graph.edges, strict=True):
        np.testing.assert_array_equal(column, expected)
    assert adjacency_of(graph) is adjacency
    assert adjacency.by_sender is adjacency.by_sender


def test_blocks_share_out_edges_evenly():
    """A pass over one block after another must not leave most of the work to one of them."""
    rng = np.random.default_rng(0)
    columns = rng.integers(0, 5000, 50_000), rng.integers(0, 5000, 50_000), np.zeros(50_000, int)
    grouped = Adjacency(*columns, num_nodes=5000, num_types=1).by_receiver
    edges = np.diff(grouped.indptr[grouped.blocks])
    assert edges.sum() == 50_000
    assert edges.max() < 1.5 * 50_000 / BLOCKS


def test_adjacency_refuses_ids_out_of_range():
    one = np.array([0])
    with pytest.raises(ValueError, match=r"sender in 0..1 \(got 2..2\)"):
        Adjacency(one, np.array([2]), one, num_nodes=2, num_types=1)
    with pytest.raises(ValueError, match="one length"):
        Adjacency(one, np.array([0, 1]), one, num_nodes=2, num_types=1)
