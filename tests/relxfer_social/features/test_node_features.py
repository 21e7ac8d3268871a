"""What is counted in a network: equal to networkx, and in memory that a hub does not decide."""

from __future__ import annotations

import sys

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.features import node_features
from relxfer_social.features.node_features import (
    clustering,
    core_numbers,
    degree_rank,
    features_of,
    pagerank,
    structure,
)
from relxfer_social.network import Network, both_ways
from relxfer_social.options import NetworkOptions
from scipy.sparse.linalg import spsolve


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


@given(graphs(), st.data())
def test_clustering_is_that_of_networkx(graph, data):
    nodes = data.draw(st.lists(st.integers(0, len(graph) - 1), max_size=10))
    everywhere = values(nx.clustering(graph))
    assert clustering(matrix(graph), np.arange(len(graph))).tolist() == everywhere
    assert clustering(matrix(graph), np.array(nodes, int)).tolist() == [everywhere[node] for node in nodes]


def test_large_networks_take_numba_where_it_is_there(monkeypatch):
    graph = nx.barabasi_albert_graph(60, 3, seed=0)
    by_networkx = core_numbers(matrix(graph))
    monkeypatch.setattr(node_features, "MANY", 50)
    monkeypatch.setitem(sys.modules, "networkx", None)
    if node_features.find_spec("numba"):
        assert core_numbers(matrix(graph)).tolist() == by_networkx.tolist()
    monkeypatch.setattr(node_features, "find_spec", lambda name: None)
    with pytest.raises(ImportError):
        core_numbers(matrix(graph))


@given(graphs(), st.booleans(), st.data())
def test_pagerank_solves_its_equation(graph, directed, data):
    """(I - d P^T - d / V · 1 a^T) p = (1 - d) / V · 1, a the nodes without links."""
    count, damping = len(graph), data.draw(st.sampled_from([0.5, 0.85, 0.95]))
    links = matrix(graph)
    if directed:  # and weighted
        links.data = np.array(data.draw(st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=links.nnz,
                                                 max_size=links.nnz)), float)  # fmt: skip
        links = sp.csr_matrix(sp.triu(links))
    out = np.asarray(links.sum(1)).ravel()
    share = sp.diags(np.divide(1, out, out=np.zeros(count), where=out > 0)) @ links
    alone = sp.csr_matrix(np.tile(out == 0, (count, 1)) / count)
    exact = spsolve(sp.csc_matrix(sp.eye(count) - damping * (share.T + alone)), np.full(count, (1 - damping) / count))
    found = pagerank(links, damping)
    assert np.abs(found - exact).sum() < 2e-10
    made = nx.from_scipy_sparse_array(links, create_using=nx.DiGraph)
    theirs = nx.pagerank(made, alpha=damping, tol=1e-12, max_iter=10_000)
    np.testing.assert_allclose(found, values(theirs), atol=1e-9 + count * 1e-12 / (1 - damping))


def test_pagerank_does_not_depend_on_what_else_is_in_the_network():
    """Of many copies side by side, each node has its share of what it has alone, however many there are."""
    one = matrix(nx.barabasi_albert_graph(40, 2, seed=1))
    copies = 2000
    many = pagerank(sp.csr_matrix(sp.block_diag([one] * copies)))
    np.testing.assert_allclose(copies * many[:40], pagerank(one), rtol=1e-6)


def test_an_empty_network_has_no_structure():
    assert structure(Network((), np.zeros((2, 0), np.int64))).shape == (0, 6)


def test_a_hub_does_not_decide_how_much_memory_its_structure_takes(peak_mb, star):
    """A squared would hold the square of 5,000: 300 MB."""
    assert peak_mb(lambda: structure(star(5000))) < 60


COLUMNS = ("dorm=1", "dorm=2", "year=2004")


#: dorms 1, 1, 2, none; a-b, a-c, b-c, c-d
KNOWN = Network(
    tuple("abcd"),
    both_ways(np.array([[0, 0, 1, 2], [1, 2, 2, 3]])),
    sp.csr_matrix(np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 0, 1]], np.float32)),
    COLUMNS,
)


def test_an_attribute_of_pairs_is_no_feature_of_nodes():
    features, columns = features_of(KNOWN, NetworkOptions(agreement=("dorm",)))
    assert columns == ("year=2004",)
    assert features.toarray()[:, 0].tolist() == [1, 0, 1, 1]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=50))
def test_ranks_of_degrees_are_those_of_any_scale_of_them(degrees):
    ranks = degree_rank(np.array(degrees))
    assert degree_rank(np.array(degrees) ** 2 * 3).tolist() == ranks.tolist()
    assert abs(ranks.mean()) < 1e-9
    assert np.abs(ranks).max() < np.sqrt(3)


def test_a_network_twice_as_dense_has_the_same_ranks():
    graph = nx.barabasi_albert_graph(40, 2, seed=1)
    once = Network(tuple(map(str, range(40))), both_ways(np.array(graph.edges).T))
    twice = Network(once.nodes, np.concatenate([once.edges, once.edges], 1))
    options = NetworkOptions(features=("degree-rank",))
    (ranks, columns), (others, _) = (features_of(network, options) for network in (once, twice))
    assert columns == ("degree rank",)
    assert ranks.toarray().tolist() == others.toarray().tolist()
    assert np.argmax(ranks.toarray()) == np.argmax(once.degrees("in"))


def test_ranks_are_of_the_degrees_that_are_asked_for():
    star = Network(("hub", "a", "b"), np.array([[1, 2], [0, 0]]))
    into, out = (
        features_of(star, NetworkOptions(features=("degree-rank",), degree_direction=way))[0].toarray().ravel()
        for way in ("in", "out")
    )
    assert into.argmax() == out.argmin() == 0
