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

    head: Literal["kept", "new", "logistic", "svm", "ridge"] = "kept"
    """Gradient steps from the source's head (`kept`) or an untrained one (`new`); solved for: `logistic` and `svm` for
    classes and labels, `ridge` for numbers."""
    lr_factor: Annotated[LRFactor, OnlyWith(head=("kept", "new"))] = 1.0
    """Factor on training.lr for the head, 0.001 to 1000; for gradient steps only."""

    def needs(self) -> tuple[str, ...]:
        """What a head that is solved for needs beside."""
        return () if self.head in ("kept", "new") else ("features",)


class FeatureExtraction:
    """Minimise the target's loss over the head alone; every parameter and buffer of the body stays as it came.

    Solved for, on centred features x of one scale, with a penalty on |W|^2 whose strength cross-validation chooses:
    logistic regression, sum_i -log softmax(W x_i + b)_(y_i), for labels one of the sigmoid each; the linear SVM of one
    class or label against the rest, sum_i max(0, 1 - t_i (w x_i + b))^2; ridge regression, sum_i |W x_i + b - y_i|^2.
    """

    def __init__(self, options: FeatureExtractionOptions):
        self.options = options

    @property
    def learns_validation(self) -> bool:
        """A head that is solved for is fitted to all labels of the budget."""
        return self.options.head not in ("kept", "new")

    def transfer(self, cell: Cell) -> Any:
        learner, options = cell.learner, self.options
        if options.head not in ("kept", "new"):
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
