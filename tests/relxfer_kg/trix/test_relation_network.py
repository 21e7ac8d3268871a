"""A layer of messages between relations, against its equation."""

import pytest
import torch
from relxfer_kg.trix.families import FAMILIES
from relxfer_kg.trix.incidence import Incidence
from relxfer_kg.trix.relation_network import RelationNetwork
from torch.nn import functional as F

pytestmark = pytest.mark.processor


@pytest.fixture
def network():
    torch.manual_seed(0)
    return RelationNetwork(6, 2).double()


def test_a_layer_follows_its_equation(network, random_graph):
    graph = random_graph()
    incidence = Incidence(graph)
    x, boundary = (torch.randn(2, graph.num_relations, 6, dtype=torch.float64) for _ in "xb")
    entities = torch.randn(2, 20, 6, dtype=torch.float64)
    expected = x
    for number, family in enumerate(FAMILIES):
        layer = getattr(network, f"layers_{family}")[1]
        first, _, second = layer.relation_projection
        labels = second(F.relu(first(entities)))
        messages = incidence.received(x, [labels] * 4)[number]
        expected = expected + F.relu(layer.layer_norm(layer.linear(torch.cat([x, messages + boundary], -1))))
    torch.testing.assert_close(network.after(1, incidence, x, boundary, entities), expected)


def test_parts_of_a_layer_are_in_the_order_of_the_families(network):
    assert network.layer(1) == [getattr(network, f"layers_{family}")[1] for family in FAMILIES]
