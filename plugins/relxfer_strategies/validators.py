"""Rules that select a model; higher is better."""

from __future__ import annotations

from typing import Any

import numpy as np

from relxfer.evaluation.scoring import METRICS, judge
from relxfer.protocols import Cell, Domain


class TargetVal:
    """The deciding metric of the task on the target's validation labels (which come out of the label budget)."""

    def __init__(self, options: Any):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        return _metric(learner, cell.target)


class SourceVal:
    """The same on each source's validation labels, averaged over the sources."""

    def __init__(self, options: Any):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        return float(np.mean([_metric(learner, source) for source in cell.sources]))


class LastStep:
    """Every point is better than the one before, so the last one stays."""

    def __init__(self, options: Any):
        self.calls = 0

    def score(self, learner: Any, cell: Cell) -> float:
        self.calls += 1
        return float(self.calls)


def _metric(learner: Any, domain: Domain) -> float:
    assert domain.val is not None
    known = [split for split in (domain.train, domain.val) if split is not None]
    scored = judge(domain.task, learner.predict(domain.val.hidden()), domain.val, known)
    return float(scored.values()[METRICS[domain.task.kind][0]].mean())
