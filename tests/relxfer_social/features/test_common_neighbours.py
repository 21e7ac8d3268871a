"""What the common neighbours of a pair count: equal to a product of rows; and links with and without loops."""

from __future__ import annotations

import networkx as nx
import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.features.common_neighbours import common, linked, simple
from relxfer_social.network import Network


@given(st.integers(1, 30), st.floats(0, 1), st.integers(0, 10_000), st.data())
def test_what_a_pair_has_in_common_is_counted_as_rows_are_multiplied(count, share, seed, data):
    graph, nodes = nx.gnp_random_graph(count, share, seed), st.integers(0, count - 1)
    pairs = np.array(data.draw(st.lists(st.tuples(nodes, nodes), max_size=10)), int).reshape(-1, 2)
    links = sp.csr_matrix(nx.to_scipy_sparse_array(graph, nodelist=range(count), dtype=float))
    weights = np.linspace(0.5, 2, count)
    expected = links[pairs[:, 0]].multiply(links[pairs[:, 1]]) @ weights
    np.testing.assert_allclose(common(links, pairs, weights), np.asarray(expected).ravel(), rtol=1e-12)


def test_an_edge_either_way_is_one_link_and_a_loop_is_in_one_of_the_two():
    network = Network(tuple("abc"), np.array([[0, 0, 1, 2], [1, 1, 0, 2]]))
    assert linked(network).toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert simple(network).toarray().tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
