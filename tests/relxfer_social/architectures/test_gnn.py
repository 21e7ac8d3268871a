"""The loaders of the four kinds of messages: each builds its own."""

from __future__ import annotations

import pytest
from relxfer_social.architectures.gnn import GNNOptions, gat, gcn, gin, sage
from torch_geometric.nn import GATConv, GCNConv, GINConv, SAGEConv

from relxfer.judge.metrics.classification import Classification


@pytest.mark.parametrize(("load", "kind"), [(gcn, GCNConv), (sage, SAGEConv), (gin, GINConv), (gat, GATConv)])
def test_the_loader_builds_rounds_of_its_kind(load, kind):
    model = load(GNNOptions(hidden=8, layers=3, dropout=0.25))
    model.take(5, (), Classification(("x", "y")))
    assert [isinstance(layer, kind) for layer in model.network.rounds] == [True] * 3
    assert model.network.dropout == 0.25
    assert model.network.inputs.weight.shape == (8, 5)
