"""A network that transforms first and propagates then, to another depth on each side."""

from __future__ import annotations

import numpy as np
import torch
from relxfer_social.architectures.decoupled_net import Decoupled
from relxfer_social.tensors.graph import Graph

EDGES = torch.from_numpy(np.array([[0, 1, 2], [1, 2, 0]]))


def layers(target: bool) -> tuple[Decoupled, Graph, list[torch.Tensor]]:
    torch.manual_seed(0)
    net = Decoupled(4, 8, 2, 0.5, (1, 3), 2).eval()
    graph = Graph(torch.randn(3, 4), EDGES, 3, target)
    return net, graph, net.layers(graph)


def test_the_target_propagates_further_than_sources():
    for target, depth in ((False, 1), (True, 3)):
        net, graph, found = layers(target)
        assert len(found) == 2 + depth
        values = net.hidden[0](net.inputs(graph.features).relu()).relu()
        for _ in range(depth):
            values = graph.propagation().matrix.to_dense() @ values
        torch.testing.assert_close(found[-1], values)
    assert net.reach == 3


def test_its_parts_hold_every_parameter_once_and_end_with_the_head():
    net, _, _ = layers(True)
    held = [id(p) for _, part in net.parts() for p in part.parameters()]
    assert sorted(held) == sorted(id(p) for p in net.parameters())
    assert net.parts()[-1][1] is net.head
    assert net.new_head(5).out_features == 5
