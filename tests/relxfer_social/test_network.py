"""A network: its degrees, and the edges between pairs of nodes."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social.links.domain import link_domain
from relxfer_social.network import Network, both_ways

from relxfer.errors import DataError


def links(seed: int, count: int = 40):
    """Links between people of two dorms, whose numbers are those of the seed's school."""
    rng = np.random.default_rng(seed)
    features = sp.csr_matrix(np.eye(2, dtype=np.float32)[rng.integers(0, 2, count)])
    features = sp.hstack([features, np.ones((count, 1))], format="csr", dtype=np.float32)
    network = Network(tuple(map(str, range(count))), both_ways(rng.integers(0, count, (2, 4 * count))), features)
    named = Network(network.nodes, network.edges, features, (f"dorm={2 * seed}", f"dorm={2 * seed + 1}", "person"))
    return link_domain(f"school {seed}", named, 0.2, 0)


def test_both_directions_of_a_link_are_drawn_together():
    network = links(0).inputs
    stay = network.drawn(0.5, np.random.default_rng(0))
    assert 0 < stay.sum() < len(stay)
    assert sorted(map(tuple, network.edges[:, stay].T)) == sorted(map(tuple, network.edges[::-1, stay].T))


@pytest.mark.parametrize("edges", [np.zeros((2, 0), np.int64), np.array([[0, 1, 3], [0, 0, 2]])])
def test_edges_between_pairs(edges):
    network = Network(tuple("abcd"), edges)
    asked = np.array([[0, 1], [3, 3], [2, 0]])
    expected = [tuple(sorted(edge)) in {(0, 1), (3, 3), (0, 2)} for edge in edges.T.tolist()]
    assert network.between(asked).tolist() == expected


def test_degrees_by_direction():
    network = Network(tuple("abc"), np.array([[0, 0, 1], [1, 1, 1]]))
    assert [network.degrees(way).tolist() for way in ("out", "in", "both")] == [[2, 1, 0], [0, 3, 0], [2, 4, 0]]
    assert network.adjacency().toarray().tolist() == [[0, 0, 0], [2, 1, 0], [0, 0, 0]]


def test_its_hash_is_of_names_edges_and_features():
    edges, features = np.array([[0], [1]]), sp.csr_matrix(np.eye(2, dtype=np.float32))
    same = [Network(("a", "b"), edges, features, ("x", "y")) for _ in range(2)]
    assert same[0].sha == same[1].sha
    others = (
        Network(("a", "c"), edges, features, ("x", "y")),
        Network(("a", "b"), edges[::-1], features, ("x", "y")),
        Network(("a", "b"), edges, 2 * features, ("x", "y")),
        Network(("a", "b"), edges, features, ("x", "z")),
        Network(("a", "b"), edges),
    )
    assert len({same[0].sha, *(other.sha for other in others)}) == 6


@pytest.mark.parametrize(
    ("edges", "features", "complaint"),
    [
        (np.zeros((3, 1), int), None, r"expected edges \[2, E\], got \[3, 1\]"),
        (np.array([[0], [2]]), None, "nodes 0 to 1, got node 2"),
        (np.array([[0], [1]]), sp.csr_matrix((3, 1)), "features of 2 nodes, got 3 rows"),
    ],
)
def test_what_does_not_fit_together_is_told(edges, features, complaint):
    with pytest.raises(DataError, match=complaint):
        Network(("a", "b"), edges, features)


def test_what_is_kept_of_a_network_is_not_kept_of_a_thinner_one():
    network = links(0).inputs
    assert network.kept("key", list) is network.kept("key", dict)
    thin = network.without(np.arange(network.edges.shape[1]) > 3)
    assert thin.edges.shape[1] == 4
    assert thin.kept("key", dict) == {}
