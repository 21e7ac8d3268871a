"""What is counted in a network: equal to networkx, and in memory that a hub does not decide."""

from __future__ import annotations

import sys
import tracemalloc

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.data.blocks import load
from relxfer_social.features import node_features
from relxfer_social.features.node_features import clustering, core_numbers, pagerank, structure
from relxfer_social.features.pair_features import COUNTS, common, pair_features
from relxfer_social.network import Network, both_ways
from relxfer_social.options import BlocksOptions, NetworkOptions
from relxfer_social.relatedness.measures import Seen, sampled
from relxfer_social.tensors.slices import slices
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


def star(leaves: int) -> Network:
    """A hub, and a ring of leaves round it."""
    ring = np.arange(1, leaves + 1)
    edges = np.concatenate([np.stack([np.zeros_like(ring), ring]), np.stack([ring, np.roll(ring, 1)])], 1)
    return Network(tuple(map(str, range(leaves + 1))), both_ways(edges))


def peak_mb(work) -> float:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


@given(graphs(), st.data())
def test_clustering_is_that_of_networkx(graph, data):
    nodes = data.draw(st.lists(st.integers(0, len(graph) - 1), max_size=10))
    everywhere = values(nx.clustering(graph))
    assert clustering(matrix(graph), np.arange(len(graph))).tolist() == everywhere
    assert clustering(matrix(graph), np.array(nodes, int)).tolist() == [everywhere[node] for node in nodes]


@given(graphs(), st.data())
def test_what_a_pair_has_in_common_is_counted_as_rows_are_multiplied(graph, data):
    nodes = st.integers(0, len(graph) - 1)
    pairs = np.array(data.draw(st.lists(st.tuples(nodes, nodes), max_size=10)), int).reshape(-1, 2)
    links, weights = matrix(graph), np.linspace(0.5, 2, len(graph))
    expected = links[pairs[:, 0]].multiply(links[pairs[:, 1]]) @ weights
    np.testing.assert_allclose(common(links, pairs, weights), np.asarray(expected).ravel(), rtol=1e-12)


@given(graphs())
def test_core_numbers_are_those_of_networkx_by_numba_too(graph):
    cores_numba = pytest.importorskip("relxfer_social.features.cores_numba", reason="needs numba")
    expected, links = values(nx.core_number(graph)), matrix(graph)
    assert core_numbers(links).tolist() == expected
    assert cores_numba.core_numbers(links.indptr, links.indices).tolist() == expected


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


def test_a_hub_does_not_decide_how_much_memory_its_structure_takes():
    """A squared would hold the square of 5,000: 300 MB."""
    assert peak_mb(lambda: structure(star(5000))) < 60


def test_nor_that_of_its_pairs():
    hub = star(5000)
    pairs = np.stack([np.zeros(5000, int), np.arange(1, 5001)], 1)
    found: list[np.ndarray] = []
    assert peak_mb(lambda: found.append(pair_features(hub, pairs, NetworkOptions(counts=True)))) < 200
    shared = found[0][:, COUNTS.index("log of common neighbours")]
    np.testing.assert_allclose(shared, np.log1p(2), rtol=1e-6)


def test_nor_that_of_subtrees_and_of_neighbours_alike():
    """Two steps reach every node from every leaf; and the hub's neighbours have every feature."""
    hub = star(5000)
    seen = Seen(hub, sp.eye(5001, format="csr", dtype=np.float32)[:, :50])
    nodes = sampled(hub, 750)
    assert peak_mb(lambda: seen.subtrees(nodes)) < 60


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 12))
def test_slices_cover_everything_and_fit(sizes, room):
    parts = list(slices(np.array(sizes, int), room))
    assert [size for part in parts for size in sizes[part]] == sizes
    assert all(sum(sizes[part]) <= room or part.stop - part.start == 1 for part in parts)


def test_blocks_take_memory_by_links_not_by_pairs():
    """30,000 nodes have 450 million pairs."""
    made = []
    assert peak_mb(lambda: made.append(load(BlocksOptions(nodes=30_000), {}))) < 150
    assert made[0].inputs.edges.shape[1] / 30_000 == pytest.approx(8.0, rel=0.02)


@pytest.mark.parametrize("nodes", [20, 61, 300])
def test_blocks_link_as_often_as_their_model_says(nodes):
    """Over many seeds: the mean degree, and the share within a block; no loops, no pair twice."""
    drawn = [load(BlocksOptions(nodes=nodes, degree=4.0, homophily=0.7, seed=seed), {}) for seed in range(30)]
    edges = [domain.inputs.edges for domain in drawn]
    block = np.sort(np.arange(nodes) % 3)
    within = np.mean(np.concatenate([block[one] == block[other] for one, other in edges]))
    assert np.mean([each.shape[1] for each in edges]) / nodes == pytest.approx(4.0, rel=0.06)
    assert within == pytest.approx(0.7, abs=0.03)
    for one, other in edges:
        assert (one != other).all()
        assert len(np.unique(one * nodes + other)) == len(one)


def test_every_pair_of_a_block_is_linked_as_often():
    counts = np.zeros((20, 20))
    for seed in range(400):
        one, other = load(BlocksOptions(nodes=20, classes=2, degree=4.0, seed=seed), {}).inputs.edges
        np.add.at(counts, (one, other), 1)
    same = np.sort(np.arange(20) % 2)
    inside = counts[(same[:, None] == same) & ~np.eye(20, dtype=bool)] / 400
    across = counts[same[:, None] != same] / 400
    assert np.abs(inside - 0.8 * 4 / 9).max() < 0.12, "five standard deviations"
    assert np.abs(across - 0.2 * 4 / 10).max() < 0.07
