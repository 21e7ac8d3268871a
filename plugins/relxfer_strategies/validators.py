"""Rules that select a model; higher is better."""

from __future__ import annotations

from typing import Any

from pydantic import PositiveInt

from relxfer.config import Options
from relxfer.protocols import Cell, Domain


class ValOptions(Options):
    """How much of the validation labels is used."""

    queries: PositiveInt = 512
    """At most so many validation queries, drawn once with a fixed seed; scoring all can cost more than training."""


class TargetVal:
    """The deciding metric of the task on the target's validation labels (which come out of the label budget)."""

    def __init__(self, options: ValOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        return _metric(learner, cell.target, self.options.queries)


class SourceVal:
    """The same on each source's validation labels, averaged over the sources."""

    def __init__(self, options: ValOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        scores = [_metric(learner, source, self.options.queries) for source in cell.sources]
        return sum(scores) / len(scores)


class LastStep:
    """Every point is better than the one before, so the last one stays."""

    def __init__(self, options: Any):
        self.calls = 0

    def score(self, learner: Any, cell: Cell) -> float:
        self.calls += 1
        return float(self.calls)


def _metric(learner: Any, domain: Domain, at_most: int) -> float:
    import numpy as np

    from relxfer.evaluation.scoring import METRICS, judge
    from relxfer.seeding import generator

    assert domain.val is not None
    known = [split for split in (domain.train, domain.val) if split is not None]
    asked = domain.val
    if len(asked) > at_most:
        asked = asked.take(np.sort(generator("validation queries").permutation(len(asked))[:at_most]))
    scored = judge(domain.task, learner.predict(asked.hidden()), asked, known)
    return float(scored.values()[METRICS[domain.task.kind][0]].mean())
