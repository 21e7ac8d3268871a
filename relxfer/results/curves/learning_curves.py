"""Learning curves (a metric against the number of target labels) and the label efficiency that follows from them.

They are records of the results; `relxfer.results.curves.label_efficiency` computes them. Showing them needs no numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from relxfer.judge.curves.labels import Labels, PowerLaw
from relxfer.judge.records import Interval


@dataclass(frozen=True)
class Point:
    """A strategy with one number of target labels.

    labels    0 of a strategy that uses none
    value     the metric, mean over seeds
    low       lower end of its 95 % interval
    high      upper end
    worth     number of labels that scratch needs for this value; None of scratch itself, and if no seed is common
    multiple  worth / labels, the label-efficiency multiple; None at 0 labels
    """

    labels: int
    value: float
    low: float
    high: float
    worth: Labels | None = None
    multiple: Labels | None = None


@dataclass(frozen=True)
class Curve:
    """A metric of one strategy by the number of target labels that it had.

    points      by labels, ascending
    monotone    values of the curve that passes by the points and never becomes worse; levels are sought on it
    jumpstart   gain over scratch at its smallest number of labels (Taylor and Stone 2009)
    asymptotic  gain over scratch at the most labels that scratch had (Taylor and Stone 2009)
    to_level    time to threshold (Taylor and Stone 2009): number of labels at which the level of scratch is reached
    catch_up    number of labels with which scratch reaches what this strategy reaches with its most
    """

    strategy: str
    points: Annotated[tuple[Point, ...], Field(min_length=1)]
    monotone: tuple[float, ...] = ()
    jumpstart: Interval | None = None
    asymptotic: Interval | None = None
    to_level: Labels | None = None
    catch_up: Labels | None = None

    @property
    def labels(self) -> tuple[int, ...]:
        """Numbers of labels, ascending; (0,) for a strategy that uses none."""
        return tuple(point.labels for point in self.points)

    @property
    def values(self) -> tuple[float, ...]:
        """The metric at each number of labels."""
        return tuple(point.value for point in self.points)


@dataclass(frozen=True)
class LearningCurves:
    """The curves of the strategies on one source and target, and the curve of scratch to compare them with.

    level       what scratch reaches with the most labels that it had in the run
    law         the power law of scratch, by which it is continued; None if its points do not say which
    notes       what limits the intervals
    """

    source: str | None
    target: str
    metric: str
    direction: Literal["higher", "lower"]
    level: float
    scratch: Curve
    strategies: tuple[Curve, ...]
    law: PowerLaw | None = None
    notes: tuple[str, ...] = ()
