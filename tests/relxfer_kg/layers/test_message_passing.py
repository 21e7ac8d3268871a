"""Layers of conditional message passing: their equation, edge by edge."""

import numpy as np
import pytest
import torch
from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.layers.message_passing import Boundary, EntityLayer, Layer, RelationLayer
from torch.nn import functional as F

pytestmark = pytest.mark.processor


@pytest.fixture
def case(random_graph):
    """A graph, and relation vectors, states and query vectors of two queries."""
    torch.manual_seed(0)
    graph, dim = random_graph(entities=7, relations=2, facts=12), 6
    relation = torch.randn(2, graph.num_relations, dim, dtype=torch.float64)
    x = torch.randn(2, graph.num_entities, dim, dtype=torch.float64)
    boundary = Boundary(torch.tensor([3, 0]), torch.randn(2, dim, dtype=torch.float64))
    weight = torch.from_numpy(np.random.default_rng(0).integers(0, 3, 24) / 2)
    return adjacency_of(graph), relation, x, boundary, weight


def by_definition(layer, adjacency, relation, x, boundary, weight):
    u = torch.zeros_like(x)
    for query, (node, vector) in enumerate(zip(boundary.nodes.tolist(), boundary.vectors, strict=True)):
        u[query, node] += vector
        for e, (i, j, t) in enumerate(zip(adjacency.receiver, adjacency.sender, adjacency.type, strict=True)):
            u[query, i] += weight[e] * relation[query, t] * x[query, j]
    return F.relu(layer.layer_norm(layer.linear(torch.cat([x, u], 2))))


def test_a_layer_follows_its_equation(case):
    layer = Layer(6).double()
    with torch.no_grad():
        torch.testing.assert_close(layer(*case), by_definition(layer, *case))
        torch.testing.assert_close(layer.after(*case), by_definition(layer, *case) + case[2])


def test_states_before_are_left_alone_with_and_without_gradients(case):
    layer, before = Layer(6).double(), case[2].clone()
    with torch.no_grad():
        without = layer.after(*case)
    within = layer.after(*case)
    assert torch.equal(case[2], before)
    torch.testing.assert_close(without, within.detach())
    within.sum().backward()
    assert layer.linear.weight.grad.abs().sum() > 0


def test_a_hook_sees_the_states_before_they_are_added(case):
    layer, seen = Layer(6).double(), []
    layer.register_forward_hook(lambda module, given, y: seen.append(y.clone()))
    with torch.no_grad():
        after = layer.after(*case)
    torch.testing.assert_close(seen[0] + case[2], after)


def test_the_boundary_is_added_at_one_node_per_query():
    boundary = Boundary(torch.tensor([1, 0]), torch.tensor([[2.0, 3.0], [5.0, 7.0]]))
    assert boundary.start(2).tolist() == [[[0, 0], [2, 3]], [[5, 7], [0, 0]]]
    states = torch.ones(2, 2, 2)
    assert boundary.add_to(states) is states
    assert states.tolist() == [[[1, 1], [3, 4]], [[6, 8], [1, 1]]]


def test_edge_vectors_are_learnt_or_projected():
    learnt, projected = RelationLayer(6, 8), EntityLayer(6)
    assert learnt.relation.weight.shape == (8, 6)
    states = torch.randn(2, 5, 6)
    first, _, second = projected.relation_projection
    torch.testing.assert_close(projected.relation_projection(states), second(F.relu(first(states))))
