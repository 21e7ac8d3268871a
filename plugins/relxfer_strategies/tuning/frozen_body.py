"""Training of a head on a frozen body, whose features are computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from relxfer.authoring.device import device_of
from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell


def scores(cell: Cell, examples: Examples | None) -> Callable[[Any], Any]:
    """A function of a batch of these examples: the head's scores [b, candidates] on features that are computed once.

    It returns None where features vary from batch to batch (`learner.varies`: augmentation, drawn neighbours), so that
    the learner's loss computes them each time.
    """
    learner = cell.learner
    if getattr(learner, "varies", True) or not hasattr(learner, "features"):
        return lambda batch: None

    @cache
    def features() -> Any:  # at the first batch: a phase that is restored needs none
        import torch

        return torch.tensor(cell.trainer.features(learner, examples), device=device_of(learner))

    return lambda batch: learner.head(features()[batch.rows])
