"""The records of what a run says as a whole: the best of its rows, its sources beside each other, when it stopped."""

from __future__ import annotations

from dataclasses import dataclass

from relxfer.judge.records import Gain, Interval, SystemVerdict
from relxfer.results.records import Budget, Per


@dataclass(frozen=True, kw_only=True)
class BestOf:
    """The row with the largest gain of several that are compared with one alternative.

    rows      number of those rows
    measured  its gain as it came out, which is too large for having been chosen
    gain      the gain to expect of it again, see `relxfer.judge.best_of`
    """

    source: str | None
    target: str
    budget: Budget
    strategy: str
    baseline: str
    rows: int
    measured: float
    gain: Interval


@dataclass(frozen=True, kw_only=True)
class SourcePair:
    """Two sources for one target beside each other, with one strategy and label budget, paired by seed and query.

    sources     their names
    budgets     the label budgets; several where the strategy uses no labels and is the same at each
    difference  the metric from the first less that from the second, positive where the first is better; its verdict is
                one on the first source beside the second
    """

    sources: tuple[str, str]
    target: str
    strategy: str
    budgets: tuple[Budget, ...]
    labels_per: Per
    metric: str
    difference: Gain

    @property
    def word(self) -> str:
        """The verdict on the first source beside the second."""
        return SystemVerdict.of(self.difference.verdict) if self.difference.verdict else "no verdict"


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """How a run ended that adds seeds where they decide something.

    most       how many seeds it could have had
    seeds      how many it had: the most of any row
    questions  number of its questions: of each row that it asks about, whether it helps, and whether it is worth the
               effort
    decided    how many of them were decided
    """

    most: int
    seeds: int
    questions: int
    decided: int
