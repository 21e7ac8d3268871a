"""The model with weights for kinds of edges, as it is stored and read again."""

from __future__ import annotations

import torch
from relxfer_social.architectures.gnn import GNNOptions
from relxfer_social.architectures.relational import rgcn

from relxfer.contract.tasks import Task


def test_a_model_that_is_read_again_tells_the_same_kinds_apart():
    options = GNNOptions(hidden=8, layers=2)
    model = rgcn(options)
    model.edge_kinds = ("calls", "knows")
    model.take(3, ("a", "b", "c"), Task("some", ("x", "y")))
    arrays, card = model.state()
    again = rgcn(options, arrays, card)
    assert again.network.kinds == again.edge_kinds == ("calls", "knows")
    assert len(again.network.rounds[1].of_kind) == 2
    states = (each.network.state_dict() for each in (model, again))
    assert all(torch.equal(one, other) for one, other in zip(*(state.values() for state in states), strict=True))


def test_without_kinds_there_are_weights_for_all_edges_alone():
    model = rgcn(GNNOptions(hidden=8, layers=1))
    model.take(3, (), Task("some", ("x", "y")))
    assert not list(model.network.rounds[0].of_kind.parameters())
    assert "edge_kinds" not in model.state()[1]
