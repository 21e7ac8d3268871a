"""A network: its degrees, and the edges between pairs of nodes."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social.network import Network, both_ways

from relxfer.errors import DataError, UnfitArtefact


def random_network() -> Network:
    edges = np.random.default_rng(0).integers(0, 40, (2, 160))
    return Network(tuple(map(str, range(40))), both_ways(edges))


def test_both_directions_of_a_link_are_drawn_together():
    network = random_network()
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


def test_all_of_it_is_stored():
    features = sp.csr_matrix(np.eye(2, dtype=np.float32))
    network = Network(("a", "b"), np.array([[0], [1]]), features, ("x", "y"), (1,), ("7", "8"))
    made = Network.of_stored(network.stored())
    assert (made.sha, made.numbers, made.ids) == (network.sha, (1,), ("7", "8"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"features/numbers": np.array([2])},
        {"features/numbers": np.array([0.5])},
        {"ids/ends": np.array([1, 1, 1]), "ids/bytes": np.frombuffer(b"7", np.uint8)},
    ],
)
def test_what_does_not_fit_is_not_restored(wrong):
    features = sp.csr_matrix(np.eye(2, dtype=np.float32))
    network = Network(("a", "b"), np.array([[0], [1]]), features, ("x", "y"))
    with pytest.raises(UnfitArtefact, match="expected a stored network"):
        Network.of_stored(network.stored() | wrong)


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
    network = random_network()
    assert network.kept("key", list) is network.kept("key", dict)
    thin = network.without(np.arange(network.edges.shape[1]) > 3)
    assert thin.edges.shape[1] == 4
    assert thin.kept("key", dict) == {}


WEIGHTED = Network(("a", "b", "c"), np.array([[0, 1, 2], [1, 2, 2]]), weights=np.array([2, 0.5, 5], np.float32))


def test_without_weights_what_is_stored_and_its_hash_are_as_they_were():
    plain = Network(("a", "b"), np.array([[0], [1]]))
    assert plain.sha == hashlib.sha256(b"a\0b" + np.array([[0], [1]], np.int64).tobytes()).hexdigest()
    assert sorted(plain.stored()) == ["edges", "nodes/bytes", "nodes/ends"]


def test_weights_are_stored_and_hashed():
    made = Network.of_stored(WEIGHTED.stored())
    assert (made.sha, made.weights.tolist()) == (WEIGHTED.sha, [2, 0.5, 5])
    assert len({each.sha for each in (WEIGHTED, replace(WEIGHTED, weights=None, _kept={}),
                                      replace(WEIGHTED, weights=2 * WEIGHTED.weights, _kept={}))}) == 3  # fmt: skip
    features = sp.csr_matrix(np.eye(3, dtype=np.float32))
    assert Network.of_stored(replace(WEIGHTED, features=features).stored()).weights.tolist() == [2, 0.5, 5]


@pytest.mark.parametrize("wrong", [[1.0, 2.0], [1.0, 2.0, 0.0], [1.0, 2.0, -1.0], [1.0, 2.0, np.nan], [1, 2, np.inf]])
def test_weights_that_do_not_fit_are_told(wrong):
    with pytest.raises(DataError, match="weights of"):
        replace(WEIGHTED, weights=np.array(wrong, np.float32))
    with pytest.raises(UnfitArtefact, match="expected a stored network"):
        Network.of_stored(WEIGHTED.stored() | {"weights": np.array(wrong, np.float32)})
    with pytest.raises(UnfitArtefact, match="float32, got"):
        Network.of_stored(WEIGHTED.stored() | {"weights": np.array(["x", "y", "z"])})


def test_weights_go_with_their_edges():
    assert WEIGHTED.adjacency().toarray().tolist() == [[0, 0, 0], [2, 0, 0], [0, 0.5, 5]]
    assert WEIGHTED.without(np.array([True, False, False])).weights.tolist() == [0.5, 5]
    both = WEIGHTED.undirected()
    assert both.adjacency().toarray().tolist() == [[0, 2, 0], [2, 0, 0.5], [0, 0.5, 5]]
    assert WEIGHTED.degrees().tolist() == [1, 2, 3]
