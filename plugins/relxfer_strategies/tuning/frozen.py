"""Training of a head on a frozen body, whose features are computed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell


def scores(cell: Cell, examples: Examples | None) -> Callable[[Any], Any]:
    """batch of these examples -> the head's scores on their kept features.

    Where features vary from batch to batch, None: the learner then computes them.
    """
    learner = cell.learner
    if getattr(learner, "varies", True) or not hasattr(learner, "features"):
        return lambda batch: None

    @cache
    def known() -> Any:  # when they are first needed: not where the phase was finished before
        import torch

        device = next(learner.module.parameters()).device
        return torch.tensor(cell.trainer.features(learner, examples), device=device)

    return lambda batch: learner.head(known()[batch.rows])
