"""Prior matching: every class is predicted on the target as often as the sources have it."""

from __future__ import annotations

from typing import Any

import numpy as np

from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer.judge.metrics.classification import softmax

#: Temperatures fall by half so many times, from the spread of the scores on; iterations at each of them.
HALVINGS, ITERATIONS = 8, 40


class PriorMatching:
    """The source model with a constant added to the scores of every class, so that its predictions on the target have
    the shares of the sources' labels: of all such labellings the one of largest total score (see `offsets`).

    It assumes that the order in which the source ranks inputs, from one class to another, holds on the target, and that
    its thresholds do not. No weight but the bias of the head changes.
    """

    def __init__(self, options: Any):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner = cell.learner
        if getattr(learner.head, "bias", None) is None:
            raise Incompatible(
                "a head with a bias for every class", type(learner.head).__name__, "choose a model with a linear head"
            )
        cell.trainer.once(learner, lambda: self._shift(cell))
        return learner

    def _shift(self, cell: Cell) -> None:
        import torch

        scores = np.concatenate(list(cell.learner.predict(cell.target.unlabelled))).astype(np.float64)
        bias = torch.from_numpy(offsets(scores, _shares(cell, scores.shape[1])))
        with torch.no_grad():
            cell.learner.head.bias += bias.to(cell.learner.head.bias)


def _shares(cell: Cell, classes: int) -> np.ndarray:
    """[C]: of the labels of all sources together."""
    answers = np.concatenate([source.train.answers for source in cell.sources if source.train is not None])
    return np.bincount(answers, minlength=classes) / len(answers)


def offsets(scores: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """[C], with mean 0: b so that argmax(scores + b) has these shares, as near as ties allow.

    b is the dual of a transport of n points to C classes, min over b of mean_i max_c (s_ic + b_c) - shares · b. It is
    found by b <- b + t log(shares / mean_i softmax((s_i + b) / t)), with t falling (Cuturi 2013; Peyre and Cuturi 2019,
    "Computational optimal transport", secs. 4.2 and 5.3). A class without a share is never predicted.

    scores  [n, C]
    shares  [C], with sum 1

    >>> scores = np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0], [0.0, 4.0]])
    >>> (scores + offsets(scores, np.array([0.5, 0.5]))).argmax(1).tolist()
    [0, 0, 1, 1]
    """
    wanted = np.log(np.maximum(shares, 1e-12))
    found = np.zeros(len(shares))
    heat = max(float(np.ptp(scores - scores.mean(1, keepdims=True))), 1e-12)
    for _ in range(HALVINGS):
        heat /= 2
        for _ in range(ITERATIONS):
            found += heat * (wanted - np.log(np.maximum(softmax((scores + found) / heat).mean(0), 1e-12)))
    return found - found.mean()
