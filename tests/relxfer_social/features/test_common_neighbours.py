"""What the common neighbours of a pair count: equal to a product of rows."""

from __future__ import annotations

import networkx as nx
import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.features.pair_features import common


@st.composite
def graphs(draw, most=30) -> nx.Graph:
    """Without loops, with nodes that have no link."""
    count = draw(st.integers(1, most))
    ends = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=4 * count))
    graph = nx.empty_graph(count)
    graph.add_edges_from((a, b) for a, b in pairs if a != b)
    return graph


def matrix(graph: nx.Graph) -> sp.csr_matrix:
    return sp.csr_matrix(nx.to_scipy_sparse_array(graph, nodelist=range(len(graph)), dtype=float))


@given(graphs(), st.data())
def test_what_a_pair_has_in_common_is_counted_as_rows_are_multiplied(graph, data):
    nodes = st.integers(0, len(graph) - 1)
    pairs = np.array(data.draw(st.lists(st.tuples(nodes, nodes), max_size=10)), int).reshape(-1, 2)
    links, weights = matrix(graph), np.linspace(0.5, 2, len(graph))
    expected = links[pairs[:, 0]].multiply(links[pairs[:, 1]]) @ weights
    np.testing.assert_allclose(common(links, pairs, weights), np.asarray(expected).ravel(), rtol=1e-12)
