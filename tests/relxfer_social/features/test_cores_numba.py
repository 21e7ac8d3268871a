"""Core numbers by numba: those of networkx."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.features.node_features import core_numbers


@given(st.integers(1, 30), st.floats(0, 1), st.integers(0, 10_000))
def test_core_numbers_are_those_of_networkx_by_numba_too(count, share, seed):
    cores_numba = pytest.importorskip("relxfer_social.features.cores_numba", reason="needs numba")
    graph = nx.gnp_random_graph(count, share, seed)
    links = nx.to_scipy_sparse_array(graph, nodelist=range(count), dtype=float, format="csr")
    expected = [nx.core_number(graph)[node] for node in range(count)]
    assert core_numbers(links).tolist() == expected
    assert cores_numba.core_numbers(links.indptr, links.indices).tolist() == expected
