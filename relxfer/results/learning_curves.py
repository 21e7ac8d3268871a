"""Learning curves: a metric against target labels, and what they say of label efficiency.

Pure Python, so that a report is shown without numpy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from relxfer.results.records import Row
from relxfer.results.results import Results
from relxfer.store.json_text import JsonObject


@dataclass(frozen=True)
class Labels:
    """A number of labels, or of times as many; known exactly (`bound` empty), or "at least" or "at most" this."""

    value: float
    bound: str = ""

    def per(self, labels: int) -> Labels:
        """How many times as many as these."""
        return Labels(self.value / labels, self.bound)


@dataclass(frozen=True)
class Curve:
    """A metric of one strategy by the number of target labels that it had.

    labels  ascending; 0 alone for a strategy that takes none
    values  of the metric, higher is better
    spans   95 % intervals, for drawing
    """

    strategy: str
    labels: tuple[int, ...]
    values: tuple[float, ...]
    spans: tuple[tuple[float, float], ...] = ()

    def labels_for(self, level: float) -> Labels:
        """n0(level): how many labels it takes to reach the level for the first time.

        Between two points the metric is a line in log n; it must be above 0. Below the first point and beyond the last
        nothing is known but the bound.

        >>> curve = Curve("scratch", (10, 1000), (0.2, 0.8))
        >>> round(curve.labels_for(0.5).value), curve.labels_for(0.9), curve.labels_for(0.1)
        (100, Labels(value=1000, bound='at least'), Labels(value=10, bound='at most'))
        """
        if self.values[0] >= level:
            return Labels(self.labels[0], "at most" if self.values[0] > level else "")
        points = list(zip(self.labels, self.values, strict=True))
        for (n, value), (more, reached) in pairwise(points):
            if reached >= level:
                part = (level - value) / (reached - value)
                return Labels(n * (more / n) ** part)
        return Labels(self.labels[-1], "at least")

    def first_at(self, level: float) -> int | None:
        """Time to threshold (Taylor and Stone 2009): the smallest tried number of labels that reaches the level.

        >>> Curve("finetune", (10, 50, 100), (0.2, 0.8, 0.7)).first_at(0.7)
        50
        """
        return next((n for n, value in zip(self.labels, self.values, strict=True) if value >= level), None)

    def at(self, labels: int) -> float | None:
        """The value at a tried number of labels; of a strategy that takes none, its only one."""
        if self.labels == (0,):
            return self.values[0]
        return dict(zip(self.labels, self.values, strict=True)).get(labels)


@dataclass(frozen=True)
class LearningCurves:
    """The curves of one source and target, beside that of scratch."""

    source: str | None
    target: str
    metric: str
    scratch: Curve
    strategies: tuple[Curve, ...]

    @property
    def level(self) -> float:
        """The threshold: what scratch reaches with all labels."""
        return self.scratch.values[-1]

    def worth(self, curve: Curve) -> list[Labels]:
        """n0(M(n)) at every point: the labels that scratch needs for the same value."""
        return [self.scratch.labels_for(value) for value in curve.values]

    def multiples(self, curve: Curve) -> list[Labels | None]:
        """The label-efficiency multiple n0(M(n)) / n at every point; None at n = 0."""
        found = zip(self.worth(curve), curve.labels, strict=True)
        return [worth.per(n) if n else None for worth, n in found]

    def jumpstart(self, curve: Curve) -> float | None:
        """The gain over scratch at its smallest number of labels (Taylor and Stone 2009)."""
        return self._gain(curve, 0)

    def asymptotic(self, curve: Curve) -> float | None:
        """The gain over scratch at all labels (Taylor and Stone 2009)."""
        return self._gain(curve, -1)

    def _gain(self, curve: Curve, place: int) -> float | None:
        value = curve.at(self.scratch.labels[place])
        return None if value is None else value - self.scratch.values[place]

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
    """For every source and target where scratch was trained with two or more numbers of labels."""
    rows = [row for row in results.rows if row.interval and row.label_count is not None]
    for source, target in dict.fromkeys((row.source, row.target) for row in rows):
        here = [row for row in rows if (row.source, row.target) == (source, target)]
        curves = dict.fromkeys((row.role, row.strategy) for row in here if row.role != "prior-only")
        made = {key: _curve(key[1], [row for row in here if row.strategy == key[1]], results.metric) for key in curves}
        scratch = [curve for (role, _), curve in made.items() if role == "scratch" and len(curve.labels) > 1]
        others = tuple(curve for (role, _), curve in made.items() if role != "scratch")
        if scratch and others:
            yield LearningCurves(source, target, results.metric, scratch[0], others)


def _curve(strategy: str, rows: Sequence[Row], metric: str) -> Curve:
    """Two budgets with the same labels, for there are no more, are one point."""
    points = {row.label_count: (row.metrics[metric], row.interval) for row in rows if row.label_count is not None}
    ordered = sorted(points.items())
    return Curve(
        strategy,
        tuple(labels for labels, _ in ordered),
        tuple(value for _, (value, _) in ordered),
        tuple((interval.low, interval.high) for _, (_, interval) in ordered if interval),
    )
