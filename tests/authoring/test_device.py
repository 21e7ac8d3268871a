"""The device of a learner."""

from __future__ import annotations

from types import SimpleNamespace

import torch

from relxfer.authoring.device import device_of


def test_it_is_that_of_the_parameters():
    learner = SimpleNamespace(module=torch.nn.Linear(1, 1, device="meta"))
    assert device_of(learner) == torch.device("meta")
