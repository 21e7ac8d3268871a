"""GCN, GraphSAGE, GIN and GAT: each round computes what its paper says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from relxfer_social.architectures.gnn_net import GNN
from relxfer_social.tensors.graph import Graph

#: a ring of five nodes, both ways
AROUND = np.arange(5)
EDGES = np.concatenate([[AROUND, np.roll(AROUND, 1)], [np.roll(AROUND, 1), AROUND]], 1)


def graph(edges=EDGES) -> Graph:
    torch.manual_seed(1)
    return Graph(torch.randn(5, 3), torch.from_numpy(edges), 5)


def made(kind: str, layers: int = 1) -> GNN:
    torch.manual_seed(0)
    return GNN(kind, 3, 8, layers, 0.5, 2).eval()


def test_gcn_is_the_normalised_adjacency_times_a_linear_layer():
    net, seen = made("gcn"), graph()
    values, layer = net.inputs(seen.features), net.rounds[0]
    expected = seen.propagation().matrix.to_dense() @ values @ layer.lin.weight.T + layer.bias
    torch.testing.assert_close(net.layers(seen)[0], expected.relu())


def test_graphsage_adds_the_mean_of_the_neighbours():
    net, seen = made("sage"), graph()
    values, layer = net.inputs(seen.features), net.rounds[0]
    means = seen.means().to_dense() @ values
    expected = layer.lin_l(means) + layer.lin_r(values)
    torch.testing.assert_close(net.layers(seen)[0], expected.relu())


def test_gin_adds_the_sum_of_the_neighbours_before_its_layers():
    net, seen = made("gin"), graph()
    values, layer = net.inputs(seen.features), net.rounds[0]
    expected = layer.nn(values + seen.neighbours().to_dense() @ values)
    torch.testing.assert_close(net.layers(seen)[0], expected.relu())


@pytest.mark.parametrize("kind", ["gcn", "sage", "gin", "gat"])
def test_nothing_is_seen_beyond_its_rounds(kind):
    """On a chain, a node three steps away changes nothing after two rounds, and something after three."""
    chain = np.array([[0, 1, 2, 3], [1, 2, 3, 4]])
    seen = graph(chain)
    other = Graph(seen.features.clone(), seen.edges, 5)
    other.features[0] += 1
    for layers, reached in ((2, False), (3, True)):
        net = made(kind, layers)
        assert net.reach == layers
        found, changed = (net.layers(each)[-1][3] for each in (seen, other))
        assert torch.equal(found, changed) != reached


@pytest.mark.parametrize("kind", ["gcn", "sage", "gin", "gat"])
def test_its_parts_hold_every_parameter_once_and_end_with_the_head(kind):
    net = made(kind, 2)
    held = [id(p) for _, part in net.parts() for p in part.parameters()]
    assert sorted(held) == sorted(id(p) for p in net.parameters())
    assert net.parts()[-1][1] is net.head
    assert net.new_head(7).weight.shape == (7, net.width)


@pytest.mark.parametrize("kind", ["gcn", "sage", "gin", "gat"])
def test_an_edge_of_weight_2_is_an_edge_that_stands_twice(kind):
    net, twice = made(kind, 2), np.concatenate([EDGES, EDGES[:, :4]], 1)
    weights = torch.ones(10)
    plain = net.layers(graph())[-1]
    torch.testing.assert_close(net.layers(replace(graph(), weights=weights))[-1], plain)
    weights[:4] = 2
    heavy = net.layers(replace(graph(), weights=weights))[-1]
    torch.testing.assert_close(heavy, net.layers(graph(twice))[-1])
    assert not torch.allclose(heavy, plain)
