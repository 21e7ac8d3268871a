"""The loader of `experts`: both networks have the sizes of the options."""

from __future__ import annotations

from relxfer_social.architectures.experts import experts
from relxfer_social.architectures.gnn import GNNOptions

from relxfer.judge.metrics.classification import Classification


def test_both_experts_have_the_sizes_of_the_options():
    model = experts(GNNOptions(hidden=6, layers=3))
    model.take(4, (), Classification(("x", "y", "z")))
    network = model.network
    assert network.width == 12
    assert len(network.messages.rounds) == 3
    assert len(network.attributes.hidden) == 2  # and the layer on the inputs
    assert network.head.messages.out_features == network.head.attributes.out_features == 3
