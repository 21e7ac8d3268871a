"""Edges that are added to a network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social.network import Network, both_ways
from relxfer_social.new_edges import with_edges

from relxfer.errors import DataError

TWO_WAYS = Network(("a", "b", "c"), both_ways(np.array([[0], [1]])))


def added(network, *pairs):
    source, target = zip(*pairs, strict=True)
    return with_edges(network, {"source": source, "target": target})


def edges(network):
    return sorted(map(tuple, network.edges.T.tolist()))


def test_they_go_both_ways_where_all_others_do_and_stand_once():
    grown, note = added(TWO_WAYS, ("b", "a"), ("b", "c"), ("c", "b"), ("c", "c"))
    assert edges(grown) == [(0, 1), (1, 0), (1, 2), (2, 1), (2, 2)]
    assert note == "added: 2 links to the network"


def test_of_a_network_with_directions_they_keep_theirs():
    one_way = Network(("a", "b", "c"), np.array([[0, 1], [1, 2]]))
    grown, _ = added(one_way, ("b", "a"), ("a", "b"))
    assert edges(grown) == [(0, 1), (1, 0), (1, 2)]


def test_a_new_node_needs_no_features_of_its_own():
    grown, note = added(TWO_WAYS, ("a", "eve"), ("eve", "bo"))
    assert grown.nodes == ("a", "b", "c", "eve", "bo")
    assert note == "added: 2 links to the network, 2 new nodes"
    featured = Network(("a", "b", "c"), TWO_WAYS.edges, sp.csr_matrix(np.eye(3, dtype=np.float32)))
    assert added(featured, ("a", "c"))[0].features is featured.features
    with pytest.raises(DataError, match="which have features, got the node 'eve' and 1 others; leave its edges out"):
        added(featured, ("a", "eve"), ("eve", "bo"))


def test_a_missing_column_is_told():
    with pytest.raises(DataError, match="expected columns source and target of edges, got none called 'target'"):
        with_edges(TWO_WAYS, {"source": ["a"]})


HEAVY = Network(("a", "b", "c"), both_ways(np.array([[0], [1]])), weights=np.array([3, 3], np.float32))


def test_new_edges_have_weights_where_the_others_have():
    new = {"source": ["b", "c", "b", "a"], "target": ["c", "b", "eve", "b"], "weight": ["2", "0.5", "4", "9"]}
    grown, note = with_edges(HEAVY, new)
    assert grown.adjacency().toarray().tolist() == [[0, 3, 0, 0], [3, 0, 2.5, 4], [0, 2.5, 0, 0], [0, 4, 0, 0]]
    assert note == "added: 2 links to the network, 1 new node"
    ones, _ = with_edges(HEAVY, {"source": ["c"], "target": ["c"], "weight": ["1"]})
    assert ones.weights.tolist() == [3, 3, 1]
    weightless, note = with_edges(TWO_WAYS, new)
    assert weightless.weights is None
    assert note.endswith("1 new node; their weights are not used, since the edges of the network have none")


def test_other_weights_one_way_are_another_direction():
    uneven = replace(HEAVY, weights=np.array([3, 1], np.float32), _kept={})
    grown, _ = with_edges(uneven, {"source": ["b"], "target": ["c"], "weight": ["2"]})
    assert edges(grown) == [(0, 1), (1, 0), (1, 2)]
    assert grown.weights.tolist() == [3, 1, 2]


def test_new_edges_without_weights_are_told():
    with pytest.raises(DataError, match="expected a column weight, since the edges of the network have weights"):
        added(HEAVY, ("b", "c"))
    with pytest.raises(DataError, match=r"the edge from 'b' to 'c': expected a weight .*, got '-2'"):
        with_edges(HEAVY, {"source": ["b"], "target": ["c"], "weight": ["-2"]})
