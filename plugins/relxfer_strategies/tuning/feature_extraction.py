"""Feature extraction: a frozen body under a trained head."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from relxfer.contract.only_with import OnlyWith
from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell, ParameterGroup
from relxfer_strategies.tuning import frozen_body
from relxfer_strategies.tuning.learning_rates import LRFactor


class FeatureExtractionOptions(Options):
    """Which head, and how it is trained."""

    head: Literal["kept", "new", "logistic", "svm"] = "kept"
    """Gradient steps from the source's head (`kept`) or an untrained one (`new`); solved for: `logistic`, `svm`."""
    lr_factor: Annotated[LRFactor, OnlyWith(head=("kept", "new"))] = 1.0
    """Factor on training.lr for the head, 0.001 to 1000; for gradient steps only."""

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
        learner, options = cell.learner, self.options
        if options.head in ("logistic", "svm"):
            from relxfer_strategies.tuning.linear_heads import solve

            solve(cell, options.head)
            return learner
        if options.head == "new":
            learner.head = learner.new_head()
        scores = frozen_body.scores(cell, cell.target.train)
        cell.trainer.fit(
            learner,
            lambda step, batch: learner.loss(batch, scores(batch)),
            cell.target.train,
            groups={"head": ParameterGroup(learner.head, options.lr_factor)},
        )
        return learner
