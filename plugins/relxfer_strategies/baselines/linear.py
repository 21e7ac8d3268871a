"""A linear model on the features of an untrained model: the floor under learnt features."""

from __future__ import annotations

from typing import Any, Literal

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell


class LinearOptions(Options):
    """Which head."""

    head: Literal["logistic", "svm", "ridge"] | None = None
    """Logistic regression or a linear SVM for classes and labels, ridge regression for numbers. Unset: the usual one of
    the task, `logistic` or `ridge`."""


class Linear:
    """As feature-extraction with a head that is solved for, on a body that learnt nothing.

    With a model whose features are its inputs it is the linear baseline on raw inputs.
    """

    learns_validation = True  # the head is fitted to all labels of the budget

    def __init__(self, options: LinearOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer_strategies.tuning.linear_heads import solve

        solve(cell, self.options.head)
        return cell.learner
