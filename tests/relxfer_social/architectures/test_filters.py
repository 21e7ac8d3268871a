"""The loader of `filters`: five predictions of every class."""

from __future__ import annotations

from relxfer_social.architectures.filters import filters

from relxfer.judge.metrics.classification import Classification


def test_it_predicts_every_class_on_every_filter():
    model = filters(None)
    model.take(4, (), Classification(("x", "y", "z")))
    assert model.network.inputs.weight.shape == (15, 4)
    arrays, card = model.state()
    assert filters(None, arrays, card).network.classes == 3
