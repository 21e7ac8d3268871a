"""Linear predictions on filtered features, and the attention over them."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
import torch
from relxfer_social.architectures.filters_net import FILTERS, Attention, Filters, profile
from relxfer_social.network import Network, both_ways
from relxfer_social.tensors.graph import graph_of

from relxfer.errors import Incompatible


def ring(nodes: int = 9, width: int = 4) -> Network:
    around = np.arange(nodes)
    edges = both_ways(np.stack([around, np.roll(around, 1)]))
    features = sp.csr_matrix(np.random.default_rng(0).normal(size=(nodes, width)).astype(np.float32))
    return Network(tuple(map(str, around)), edges, features)


def test_every_filter_is_a_polynomial_of_the_propagation():
    network, model = ring(), Filters(4, 2)
    graph = graph_of(network, network.features, False)
    found = model.layers(graph)[-1].detach().unflatten(1, (5, 2))
    values = model.inputs(graph.features).detach().unflatten(1, (5, 2))
    once = graph.propagation().matrix.to_dense()
    rest = torch.eye(9) - once
    operators = (torch.eye(9), once, once @ once, rest, rest @ rest)
    for number, operator in enumerate(operators):
        assert torch.allclose(found[:, number], operator @ values[:, number], atol=1e-5)
    assert len(operators) == len(FILTERS)


def test_distances_are_normalised_to_one_bit_and_have_no_size():
    torch.manual_seed(0)
    values = torch.randn(6, 5, 3)
    shares = profile(values).unflatten(1, (5, 4))
    bits = torch.special.entr(shares).sum(2) / np.log(2)
    assert torch.allclose(shares.sum(2), torch.ones(6, 5))
    assert torch.allclose(bits, torch.ones(6, 5), atol=1e-3)
    assert torch.allclose(profile(100 * values), profile(values), atol=1e-4)


def test_predictions_that_are_equal_have_no_preference():
    assert torch.allclose(profile(torch.zeros(2, 5, 3)), torch.full((2, 20), 0.25))


def test_attention_that_learnt_nothing_is_the_mean():
    torch.manual_seed(0)
    values = torch.randn(4, 15)
    assert torch.allclose(Attention()(values), values.unflatten(1, (5, 3)).mean(1), atol=1e-6)


def test_a_network_of_filters_keeps_its_classes():
    with pytest.raises(Incompatible, match="closed-form"):
        Filters(4, 2).new_head(3)
