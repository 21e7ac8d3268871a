"""Twins by brute force: nodes that receive the same messages."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph.adjacency import Adjacency, adjacency_of
from relxfer_kg.graph.quotient import quotient, quotient_of


def messages_into(adjacency: Adjacency, node: int, weight) -> list[tuple]:
    rows = np.flatnonzero((adjacency.receiver == node) & (weight != 0))
    columns = adjacency.type[rows].tolist(), adjacency.sender[rows].tolist(), weight[rows].tolist()
    return sorted(zip(*columns, strict=True))


@given(st.integers(1, 9), st.integers(1, 3), st.integers(0, 25), st.booleans(), st.integers(0, 999))
def test_classes_are_the_nodes_that_receive_the_same(nodes, types, edges, weighted, seed):
    rng = np.random.default_rng(seed)
    columns = [rng.integers(0, limit, edges) for limit in (nodes, nodes, types)]
    adjacency = Adjacency(*columns, num_nodes=nodes, num_types=types)
    weight = rng.choice([0.0, 1.0, 2.5], edges) if weighted else np.ones(edges)
    classes = quotient(adjacency, weight if weighted else None)
    received = [messages_into(adjacency, node, weight) for node in range(nodes)]
    for one in range(nodes):
        for other in range(nodes):
            assert (classes.of[one] == classes.of[other]) == (received[one] == received[other])
    first = [int(np.flatnonzero(classes.of == number)[0]) for number in range(classes.size)]
    assert first == sorted(first)
    for number, node in enumerate(first):
        row = slice(*classes.indptr[number : number + 2])
        factors = classes.weight[row].tolist() if weighted else [1.0] * (row.stop - row.start)
        assert (
            sorted(zip(classes.kind[row].tolist(), classes.node[row].tolist(), factors, strict=True)) == received[node]
        )
        assert classes.sender[row].tolist() == classes.of[classes.node[row]].tolist()
        members = classes.member[slice(*classes.member_indptr[number : number + 2])]
        assert members.tolist() == np.flatnonzero(classes.of == number).tolist()
        onwards = classes.next[slice(*classes.next_indptr[number : number + 2])]
        edge = (classes.of[adjacency.sender] == number) & (weight != 0)
        assert onwards.tolist() == np.unique(classes.of[adjacency.receiver[edge]]).tolist()


def test_leaves_of_one_hub_are_one_class(graph_of):
    star = graph_of(8, 2, [(0, 0, i) for i in range(1, 6)] + [(0, 1, 6), (6, 0, 7)])
    classes = quotient_of(star)
    assert classes.size == 4
    assert classes.of[1:6].tolist() == [classes.of[1]] * 5


def test_the_quotient_of_a_graph_is_that_of_its_message_graph_and_computed_once(random_graph):
    graph = random_graph()
    for found, expected in zip(quotient_of(graph), quotient(adjacency_of(graph)), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert quotient_of(graph) is quotient_of(graph)
