"""Feature extraction: a frozen body under a trained head."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import PositiveFloat

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell
from relxfer_strategies.tuning import frozen


class FeatureExtractionOptions(Options):
    """Which head, and how it is trained."""

    head: Literal["kept", "new", "logistic", "svm"] = "kept"
    """Gradient steps from the source's head (`kept`) or an untrained one (`new`); solved for: `logistic`, `svm`."""
    lr: PositiveFloat = 1.0
    """Factor on training.lr, for gradient steps."""

    def needs(self) -> tuple[str, ...]:
        """What a head that is solved for needs beside."""
        return ("features", "classes") if self.head in ("logistic", "svm") else ()


class FeatureExtraction:
    """Minimise the target's loss over the head alone; every parameter and buffer of the body stays as it came.

    Logistic regression and the linear SVM (one against the rest) are scikit-learn's, on centred features of one scale.
    """

    def __init__(self, options: FeatureExtractionOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner = cell.learner
        if self.options.head in ("logistic", "svm"):
            from relxfer_strategies.tuning.linear_heads import solve

            solve(cell, self.options.head)
            return learner
        if self.options.head == "new":
            learner.head = learner.new_head()
        scored, groups = frozen.scores(cell, cell.target.train), {"head": (learner.head, self.options.lr)}
        cell.trainer.fit(
            learner, lambda step, batch: learner.loss(batch, scored(batch)), cell.target.train, groups=groups
        )
        return learner
