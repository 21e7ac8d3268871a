"""Feature extraction: a frozen body under a trained head."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import PositiveFloat

from relxfer.config import Options
from relxfer.protocols import Cell


class FeatureExtractionOptions(Options):
    """Which head is trained, and how fast."""

    head: Literal["kept", "new"] = "kept"
    """Start from the source's head where the tasks are the same (`kept`), or from an untrained one (`new`)."""
    lr: PositiveFloat = 1.0
    """Factor on training.lr."""


class FeatureExtraction:
    """Minimise the target's loss over the head alone; every parameter and buffer of the body stays as it came."""

    def __init__(self, options: FeatureExtractionOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner = cell.learner
        if self.options.head == "new":
            learner.head = learner.new_head()
        groups = {"head": (learner.head, self.options.lr)}
        cell.trainer.fit(learner, lambda step, batch: learner.loss(batch), cell.target.train, groups=groups)
        return learner
