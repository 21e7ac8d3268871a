"""Learning curves (a metric against the number of target labels) and the label efficiency that follows from them.

Pure Python, so that showing a report does not import numpy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from relxfer.results.records import MetricSummary, Row
from relxfer.results.results import Results
from relxfer.store.json_text import JsonObject


@dataclass(frozen=True)
class Labels:
    """A number of labels, or a multiple of one.

    bound  "at least" or "at most" if only a bound is known; empty if the value is exact
    """

    value: float
    bound: str = ""

    def per(self, labels: int) -> Labels:
        """This number as a multiple of `labels`."""
        return Labels(self.value / labels, self.bound)


@dataclass(frozen=True)
class Curve:
    """A metric of one strategy by the number of target labels that it had.

    labels  numbers of labels, ascending; (0,) for a strategy that uses no labels
    values  the metric at each number of labels
    spans   the 95 % intervals (low, high) of the values, for plots
    sign    1 if higher values are better, else -1
    """

    strategy: str
    labels: tuple[int, ...]
    values: tuple[float, ...]
    spans: tuple[tuple[float, float], ...] = ()
    sign: int = 1

    def labels_for(self, level: float) -> Labels:
        """n0(level): the smallest number of labels at which the curve reaches a level.

        Between two points the curve is linear in log n. Below the first point and beyond the last only a bound is
        known. The numbers of labels must be above 0.

        >>> curve = Curve("scratch", (10, 1000), (0.2, 0.8))
        >>> round(curve.labels_for(0.5).value), curve.labels_for(0.9), curve.labels_for(0.1)
        (100, Labels(value=1000, bound='at least'), Labels(value=10, bound='at most'))
        """
        if self._reaches(self.values[0], level):
            return Labels(self.labels[0], "at most" if self.values[0] != level else "")
        points = list(zip(self.labels, self.values, strict=True))
        for (n, value), (more, reached) in pairwise(points):
            if self._reaches(reached, level):
                share = (level - value) / (reached - value)
                return Labels(n * (more / n) ** share)
        return Labels(self.labels[-1], "at least")

    def first_at(self, level: float) -> int | None:
        """Time to threshold (Taylor and Stone 2009): the smallest number of labels in the run that reaches a level.

        >>> Curve("finetune", (10, 50, 100), (0.2, 0.8, 0.7)).first_at(0.7)
        50
        """
        return next((n for n, of in zip(self.labels, self.values, strict=True) if self._reaches(of, level)), None)

    def _reaches(self, value: float, level: float) -> bool:
        return self.sign * value >= self.sign * level

    def at(self, labels: int) -> float | None:
        """The value at a number of labels, None if there is none; a strategy without labels has one for all."""
        if self.labels == (0,):
            return self.values[0]
        return dict(zip(self.labels, self.values, strict=True)).get(labels)


@dataclass(frozen=True)
class LearningCurves:
    """The curves of the strategies on one source and target, and the curve of scratch to compare them with."""

    source: str | None
    target: str
    metric: str
    scratch: Curve
    strategies: tuple[Curve, ...]

    @property
    def level(self) -> float:
        """The threshold: the value that scratch reaches with the most labels that it had in the run."""
        return self.scratch.values[-1]

    def worth(self, curve: Curve) -> list[Labels]:
        """n0(M(n)) at every point: the number of labels that scratch needs for the same value."""
        return [self.scratch.labels_for(value) for value in curve.values]

    def multiples(self, curve: Curve) -> list[Labels | None]:
        """The label-efficiency multiple n0(M(n)) / n at every point; None at n = 0."""
        points = zip(self.worth(curve), curve.labels, strict=True)
        return [worth.per(n) if n else None for worth, n in points]

    def jumpstart(self, curve: Curve) -> float | None:
        """The gain over scratch at its smallest number of labels (Taylor and Stone 2009)."""
        return self._gain(curve, 0)

    def asymptotic(self, curve: Curve) -> float | None:
        """The gain over scratch at the most labels that scratch had (Taylor and Stone 2009)."""
        return self._gain(curve, -1)

    def _gain(self, curve: Curve, place: int) -> float | None:
        value = curve.at(self.scratch.labels[place])
        return None if value is None else curve.sign * (value - self.scratch.values[place])

    def card(self) -> JsonObject:
        """As JSON."""
        whole: JsonObject = {"source": self.source, "target": self.target, "metric": self.metric, "level": self.level}
        return whole | {"scratch": asdict(self.scratch), "strategies": [self._card(c) for c in self.strategies]}

    def _card(self, curve: Curve) -> JsonObject:
        return asdict(curve) | {
            "worth": [asdict(worth) for worth in self.worth(curve)],
            "multiples": [multiple and asdict(multiple) for multiple in self.multiples(curve)],
            "jumpstart": self.jumpstart(curve),
            "asymptotic": self.asymptotic(curve),
            "labels_to_level": curve.first_at(self.level),
        }


def of(results: Results) -> Iterator[LearningCurves]:
    """The curves of every source, target and scratch that was trained with two or more numbers of labels."""
    rows = [row for row in results.rows if row.interval and row.label_count is not None]
    for source, target in dict.fromkeys((row.source, row.target) for row in rows):
        here = [row for row in rows if (row.source, row.target) == (source, target)]
        for scratch in dict.fromkeys(row.strategy for row in here if row.role == "scratch"):
            beside = [row for row in here if row.role in ("candidate", "direct") and row.scratch == scratch]
            metric = results.metric_of(target)
            curve, others = (_curves(rows, metric) for rows in (_named(here, scratch), beside))
            if len(curve[0].labels) > 1 and others:
                yield LearningCurves(source, target, metric.name, curve[0], others)


def _named(rows: Sequence[Row], strategy: str) -> list[Row]:
    return [row for row in rows if row.strategy == strategy]


def _curves(rows: Sequence[Row], metric: MetricSummary) -> tuple[Curve, ...]:
    """The curve of each strategy."""
    return tuple(_curve(name, _named(rows, name), metric) for name in dict.fromkeys(row.strategy for row in rows))


def _curve(strategy: str, rows: Sequence[Row], metric: MetricSummary) -> Curve:
    """The curve of a strategy. Budgets that exceed the available labels have the same labels and are one point."""
    points = {row.label_count: (row.metrics[metric.name], row.interval) for row in rows if row.label_count is not None}
    ordered = sorted(points.items())
    return Curve(
        strategy,
        tuple(labels for labels, _ in ordered),
        tuple(value for _, (value, _) in ordered),
        tuple((interval.low, interval.high) for _, (_, interval) in ordered if interval),
        metric.sign,
    )
