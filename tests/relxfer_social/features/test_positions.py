"""Eigenvectors and probabilities of return against dense algebra, and what they may not depend on."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_social.features import positions
from relxfer_social.features.positions import returns, scaled, spectral


def matrix(graph: nx.Graph) -> sp.csr_matrix:
    return sp.csr_matrix(nx.to_scipy_sparse_array(graph, nodelist=range(len(graph)), dtype=float))


@st.composite
def graphs(draw, most=25) -> nx.Graph:
    """Of several components, some of them nodes alone."""
    count = draw(st.integers(1, most))
    ends = st.integers(0, count - 1)
    graph = nx.empty_graph(count)
    graph.add_edges_from((a, b) for a, b in draw(st.lists(st.tuples(ends, ends), max_size=3 * count)) if a != b)
    return graph


@settings(deadline=None)
@given(graphs(), st.integers(1, 6))
def test_they_are_eigenvectors_within_their_component_and_0_beyond(graph, count):
    links = matrix(graph)
    vectors, walk = spectral(links, count), scaled(links)
    assert vectors.shape == (len(graph), count)
    for nodes in map(sorted, nx.connected_components(graph)):
        own, part = vectors[nodes], walk[nodes][:, nodes].toarray()
        there = min(count, len(nodes) - 1)
        assert not own[:, there:].any()
        wanted = np.sort(np.linalg.eigvalsh(part))[::-1][1 : there + 1]
        assert own[:, :there].T @ own[:, :there] == pytest.approx(len(nodes) * np.eye(there), abs=1e-6)
        assert part @ own[:, :there] == pytest.approx(own[:, :there] * wanted, abs=1e-6)


@settings(deadline=None)
@given(graphs(), st.integers(2, 7))
def test_returns_are_diagonals_of_powers(graph, steps):
    links = matrix(graph).toarray()
    walk = np.divide(
        links, links.sum(1, keepdims=True), out=np.zeros_like(links), where=links.sum(1, keepdims=True) > 0
    )
    wanted = [np.linalg.matrix_power(walk, step).diagonal() for step in range(2, steps + 1)]
    assert returns(matrix(graph), steps) == pytest.approx(np.stack(wanted, 1), abs=1e-9)


def test_a_ring_of_four_is_returned_to_in_even_steps_alone():
    assert returns(matrix(nx.cycle_graph(4)), 4)[0].tolist() == pytest.approx([0.5, 0, 0.5])


def random_graph(nodes: int = 500) -> nx.Graph:
    return nx.connected_watts_strogatz_graph(nodes, 6, 0.2, seed=0)


def test_large_components_have_the_same_eigenvectors_as_by_dense_algebra(monkeypatch):
    links = matrix(random_graph())
    by_lanczos = spectral(links, 5)
    monkeypatch.setattr(positions, "DENSE", 1000)
    assert by_lanczos == pytest.approx(spectral(links, 5), abs=1e-6)


def test_the_order_of_nodes_does_not_matter_nor_does_the_call():
    """Where no eigenvalue occurs twice, which random links make sure of."""
    links, order = matrix(random_graph(450)), np.random.default_rng(1).permutation(450)
    moved = links[order][:, order]
    assert np.array_equal(spectral(links, 4), spectral(links, 4))
    assert spectral(moved, 4) == pytest.approx(spectral(links, 4)[order], abs=1e-6)
    assert returns(moved, 5) == pytest.approx(returns(links, 5)[order], abs=1e-9)


def test_balanced_vectors_have_a_sign_too():
    """On a path of two nodes the cubes of (1, -1) balance, so that the first node is above 0."""
    assert spectral(matrix(nx.path_graph(2)), 1).ravel().tolist() == pytest.approx([1.0, -1.0])


def test_large_networks_are_sketched_with_the_error_that_is_told():
    links = matrix(random_graph(800))
    exact, sketched = returns(links, 6), returns(links, 6, exact=0)
    even = [0, 2, 4]
    relative = sketched[:, even] / exact[:, even] - 1
    assert 0.7 < relative.std() / np.sqrt(2 / positions.SKETCH) < 1.3
    assert abs(relative.mean()) < 0.02
    assert np.abs(sketched - exact)[:, [1, 3]].mean() < 0.02
    assert np.array_equal(sketched, returns(links, 6, exact=0))


def test_a_sketch_holds_no_more_than_a_block_of_columns(peak_mb):
    """20,000 nodes in 512 directions at once would be 80 MB, and all nodes at once 3.2 GB."""
    links = matrix(nx.empty_graph(20_000))
    assert peak_mb(lambda: returns(links, 4, exact=-1)) < 60


def test_where_eigenvalues_lie_too_close_those_that_are_found_are_taken(monkeypatch):
    monkeypatch.setattr(positions, "RESTARTS", 3)
    chain = sp.diags([np.ones(2999)] * 2, [1, -1]).tocsr()
    made = spectral(chain, 8)
    assert made.shape == (3000, 8)
    assert np.isfinite(made).all()
    assert not made[:, -1].any()
