"""The queries of a test by the values of a tag: how large each stratum is, its metric, and the gain in it.

Intervals are by the rule of rows (`relxfer.judge`), of each stratum by itself. Nothing corrects for their number, so
there are no verdicts on strata.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from relxfer.judge import seed_noise
from relxfer.judge.intervals import Comparison
from relxfer.judge.records import Interval
from relxfer.results.details.records import Strata, Stratum
from relxfer.results.records import MetricSummary, Row
from relxfer.results.rows import Block, measured
from relxfer.results.runs import Runs
from relxfer.results.values import Evaluated, Values
from relxfer.results.verdicts import Pairing

#: The most values of a tag that are kept.
MOST_VALUES = 20


@dataclass(frozen=True)
class Stratifier:
    """Makes the strata of the rows of one target.

    values   reads an evaluation
    metrics  of the target's task, the one that decides first
    classes  names of the classes of the task
    """

    values: Values
    metrics: Sequence[MetricSummary]
    classes: Sequence[str] = ()

    def strata(self, row: Row, block: Block) -> tuple[Strata, ...]:
        """A table for each tag of the test; none without tags."""
        runs = block.runs(row.strategy)
        first = self.values(runs.any())
        if not first.tags:
            return ()
        metric = self._metric(first, runs)
        of = None if metric is None else runs.values(self.values, metric.name)
        gains = None if metric is None or row.gain is None else self._differences(row, block, metric)
        made = []
        for tag, values in first.tags.items():
            names, counts = np.unique(values, return_counts=True)
            order = np.argsort(-counts, kind="stable")[:MOST_VALUES]
            parts = tuple(self._stratum(str(names[at]), values == names[at], first, metric, of, gains) for at in order)
            baseline = row.gain.baseline if gains is not None and row.gain else ""
            name = metric.name if metric else ""
            made.append(Strata(tag=tag, metric=name, baseline=baseline, parts=parts, left_out=len(names) - len(parts)))
        return tuple(made)

    def _metric(self, first: Evaluated, runs: Runs) -> MetricSummary | None:
        """The first metric that is a mean over queries and has a value in every run."""
        undefined = runs.undefined(self.values)
        there = (m for m in self.metrics if m.name in first.measured.per_item and m.name not in undefined)
        return next(there, None)

    def _differences(self, row: Row, block: Block, metric: MetricSummary) -> np.ndarray | None:
        """[seeds, n] over the baseline of the row's gain; None if the baseline has no value."""
        assert row.gain is not None
        ours, theirs = (block.side(name, metric.name, self.values) for name in (row.strategy, row.gain.baseline))
        if metric.name in theirs.runs.undefined(self.values):
            return None
        return Pairing(metric, self.classes).differences(ours, theirs)[0]

    def _stratum(
        self,
        value: str,
        there: np.ndarray,
        first: Evaluated,
        metric: MetricSummary | None,
        of: np.ndarray | None,
        gains: np.ndarray | None,
    ) -> Stratum:
        inside = _taken(first, there)
        n, share = int(there.sum()), float(there.mean())
        if metric is None or of is None:
            return Stratum(value=value, n=n, share=share)
        gain = None if gains is None else self._gain(metric, gains[..., there], inside)
        return Stratum(value=value, n=n, share=share, metric=measured(of[..., there], inside, metric), gain=gain)

    def _gain(self, metric: MetricSummary, differences: np.ndarray, inside: Evaluated) -> Interval | None:
        row = Pairing(metric, self.classes).squares(differences, inside)
        if row.units < 2:
            return None
        return Comparison(row, seed_noise.pooled([row])[0]).interval()


def _taken(of: Evaluated, rows: np.ndarray) -> Evaluated:
    """These queries, for metrics that are means over queries."""
    groups, questions = (None if each is None else each[rows] for each in (of.groups, of.questions))
    return replace(of, units=of.units[rows], groups=groups, questions=questions, tags={})
