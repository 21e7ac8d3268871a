"""Core numbers by numba: those of networkx."""

from __future__ import annotations

import networkx as nx
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.features.node_features import core_numbers


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


def values(told) -> list[float]:
    return [told[node] for node in range(len(told))]


@given(graphs())
def test_core_numbers_are_those_of_networkx_by_numba_too(graph):
    cores_numba = pytest.importorskip("relxfer_social.features.cores_numba", reason="needs numba")
    expected, links = values(nx.core_number(graph)), matrix(graph)
    assert core_numbers(links).tolist() == expected
    assert cores_numba.core_numbers(links.indptr, links.indices).tolist() == expected
