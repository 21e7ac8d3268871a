"""Weights that come with a network."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_vision.architectures.brought import brought
from relxfer_vision.architectures.module_net import Wrapped
from torch import nn

from relxfer.authoring.torch_learner import arrays_of, load_arrays


def network():
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


def test_the_weights_fit_the_wrapped_network():
    source, other = network(), Wrapped(network(), "2", 2)
    arrays, _ = brought(source, "2")
    load_arrays(other, arrays)
    for name, array in arrays_of(source).items():
        assert np.array_equal(arrays_of(other)[f"module.{name}"], array), name


@pytest.mark.parametrize("classes", [(), ("cat",), ("cat", "cat"), ("cat", "dog", "cow")])
def test_classes_without_a_name_each_are_numbered(classes):
    assert brought(network(), "2", classes)[1]["task"]["answers"] == ["class 0", "class 1"]


def test_classes_have_the_names_that_are_known():
    card = brought(network(), "2", ("cat", "dog"))[1]
    assert card["task"]["answers"] == ["cat", "dog"]
    assert card["tasks"] == [card["task"]]
