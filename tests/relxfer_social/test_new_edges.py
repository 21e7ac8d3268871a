"""Edges that are added to a network."""

from __future__ import annotations

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
