"""Features of pairs get a layer of their own, and only where there are some."""

from __future__ import annotations

from relxfer_social.architectures.decoupled_net import Decoupled
from relxfer_social.architectures.loading import node_model
from relxfer_social.architectures.pair_net import PairNet

from relxfer.judge.metrics.links import LinkPrediction


def build(inputs: int, classes: int) -> Decoupled:
    return Decoupled(inputs, 4, 1, 0.0, (0, 0), classes)


def test_a_layer_for_pairs_only_where_pairs_have_features():
    alone, paired = node_model(build, None, None), node_model(build, None, None)
    alone.take(3, (), LinkPrediction())
    paired.take(3, (), LinkPrediction(), ("same dorm", "dorm known"))
    assert isinstance(alone.network, Decoupled)
    assert isinstance(paired.network, PairNet)
    assert paired.network.pair.in_features == 4 + 2
