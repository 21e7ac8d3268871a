"""Predictions on filters, solved for."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import torch
from relxfer_social.architectures.filters_net import Filters
from relxfer_social.network import Network, both_ways
from relxfer_social.strategies.filter_regression import predicted, solve
from relxfer_social.tensors.graph import graph_of


def ring(nodes: int = 9, width: int = 4) -> Network:
    around = np.arange(nodes)
    edges = both_ways(np.stack([around, np.roll(around, 1)]))
    features = sp.csr_matrix(np.random.default_rng(0).normal(size=(nodes, width)).astype(np.float32))
    return Network(tuple(map(str, around)), edges, features)


def test_rows_of_filters_predict_as_the_network_does():
    """Filtering features first and predicting then, or the other way round."""
    network = ring()
    graph, nodes, labels = graph_of(network, network.features, False), np.array([0, 3, 4, 7]), np.array([0, 1, 1, 0])
    weights, _ = solve(graph, nodes, labels, 2)
    model = Filters(4, 2)
    with torch.no_grad():
        model.inputs.weight.copy_(torch.from_numpy(np.concatenate(list(weights), 1).T))
        model.inputs.bias.zero_()
        found = model.layers(graph)[-1][torch.from_numpy(nodes)].unflatten(1, (5, 2))
    assert np.allclose(found.numpy(), predicted(graph, weights, nodes), atol=1e-5)
