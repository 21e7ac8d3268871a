"""What a contract test compares."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import torch

from relxfer.testing.arrays import arrays_in, same, state_of


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
