"""The data of a configuration, and a learner with a state."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from relxfer.testing import blobs, harness
from relxfer.testing.world import arrays_in, made, same, scores_of, state_of

CONFIG = {"target": {"dataset": "blobs-target"}, "source": {"datasets": ["blobs-source"], "training": {"steps": 1}}}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return made(CONFIG, harness.plugins_with([blobs]), tmp_path_factory.mktemp("world"), 3, 8)


def test_it_holds_the_data_and_a_trained_state(world):
    assert (world.whole.name, world.view.test, [source.name for source in world.sources]) == (
        "blobs-target", None, ["blobs-source"],
    )  # fmt: skip
    assert not same(state_of(world.attach(None, None))[0], world.arrays)
    assert world.offers("features")
    assert not world.offers("nothing.such")


def test_learners_are_new_and_have_the_state(world):
    one, other = world.learner(), world.unbound()
    assert one.module is not other.module
    assert same(state_of(one)[0], state_of(other)[0])


def test_scores_are_of_the_test_without_answers(world):
    assert world.test().answers is None
    assert scores_of(world.learner(), world.test()).shape == (24, 3)
    assert np.isfinite(scores_of(world.learner(), world.test())).all()


@dataclass
class Batch:
    points: torch.Tensor
    labels: None = None


class Graph:
    def to_dict(self):
        return {"edges": np.zeros((2, 3))}


def test_arrays_are_found_wherever_they_are():
    value = {"a": [Batch(torch.zeros(2)), (np.ones(1), 3)], "b": SimpleNamespace(graph=Graph(), name="x")}
    assert [(name, array.shape) for name, array in arrays_in(value)] == [
        ("batch.a.0.points", (2,)),
        ("batch.a.1.0", (1,)),
        ("batch.b.graph.edges", (2, 3)),
    ]


def test_a_state_is_a_copy():
    arrays, card = {"w": np.zeros(2)}, {"classes": 2}
    learner = SimpleNamespace(export=lambda: SimpleNamespace(state=lambda: (arrays, card)))
    found, told = state_of(learner)
    arrays["w"][0] = card["classes"] = 7
    assert (found["w"].tolist(), told) == ([0, 0], {"classes": 2})


def test_the_same_is_equal_to_the_last_bit_and_in_its_names():
    zero = {"a": np.zeros(2)}
    assert same(zero, {"a": np.zeros(2)})
    assert not same(zero, {"a": np.array([0.0, -0.0])})
    assert not same(zero, {"b": np.zeros(2)})
    assert not same(zero, {})
