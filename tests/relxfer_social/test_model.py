"""A model of networks: built when its features are counted, and again from what it stored."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.architectures.gnn import GNNOptions, gcn

from relxfer.errors import ArtefactError
from relxfer.judge.metrics.classification import Classification

OPTIONS = GNNOptions(hidden=4)


def made(**changes):
    model = gcn(OPTIONS)
    model.take(**{"inputs": 3, "columns": ("a", "b", "c"), "task": Classification(("x", "y")), **changes})
    return model


def test_it_is_built_when_the_features_are_counted():
    model = gcn(OPTIONS)
    assert model.network is None
    model.take(3, ("a", "b", "c"), Classification(("x", "y")))
    assert model.network.inputs.weight.shape == (4, 3)
    assert model.network.head.out_features == 2


@pytest.mark.parametrize("pairs", [(), ("same dorm", "dorm known")])
def test_what_it_stores_builds_it_again(pairs):
    model = made(pairs=pairs)
    arrays, card = model.state()
    again = gcn(OPTIONS, arrays, card)
    assert (again.columns, again.task.answers, again.inputs, again.pairs) == (("a", "b", "c"), ("x", "y"), 3, pairs)
    stored = again.state()[0]
    assert stored.keys() == arrays.keys()
    assert all(np.array_equal(stored[name], arrays[name]) for name in arrays)


def test_what_it_has_learnt_is_not_built_anew():
    again = gcn(OPTIONS, *made().state())
    network = again.network
    again.take(7, (), Classification(("p", "q")))
    assert again.network is network
    assert again.inputs == 3


def test_weights_that_are_not_its_own_are_told():
    arrays, card = made().state()
    with pytest.raises(ArtefactError, match="the number of inputs, got none"):
        gcn(OPTIONS, arrays, {})
    with pytest.raises(ArtefactError, match="the parameters of this GNN, got those of another"):
        gcn(GNNOptions(hidden=5), arrays, card)
