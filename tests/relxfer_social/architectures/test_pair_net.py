"""A network for pairs of nodes: its formula, and the head and the rounds of its encoder."""

from __future__ import annotations

import torch
from relxfer_social.architectures.gnn_net import GNN
from relxfer_social.architectures.pair_net import PairNet


def made() -> PairNet:
    torch.manual_seed(0)
    return PairNet(GNN("gcn", 3, 8, 2, 0.5, 2), pairs=2).eval()


def test_features_of_a_pair_join_the_products():
    net, products, features = made(), torch.rand(5, 8), torch.rand(5, 2)
    weight, bias = net.pair.weight, net.pair.bias
    expected = (products @ weight[:, :8].T + features @ weight[:, 8:].T + bias).relu()
    torch.testing.assert_close(net.joined(products, features), expected)


def test_the_head_and_the_rounds_are_those_of_the_encoder():
    net = made()
    assert net.reach == 2
    net.head = net.new_head(4)
    assert net.encoder.head.out_features == net.head.out_features == 4
    assert "head.weight" not in net.state_dict(), "it is the encoder's alone"
    assert [name for name, _ in net.parts()][-2:] == ["pair", "head"]
    held = [id(p) for _, part in net.parts() for p in part.parameters()]
    assert sorted(held) == sorted(id(p) for p in net.parameters())
