"""Computing learning curves and label efficiency from values of queries, with intervals over seeds and items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from relxfer.judge import seed_noise, squares
from relxfer.judge.curves import crossings, power_law
from relxfer.judge.curves.crossings import Gap
from relxfer.judge.curves.labels import Labels, PowerLaw, Span
from relxfer.judge.curves.power_law import Fitted
from relxfer.judge.intervals import Comparison
from relxfer.judge.records import Interval
from relxfer.results.curves.learning_curves import Curve, LearningCurves, Point
from relxfer.results.records import CellResult, Row
from relxfer.results.rows import Block, Judge, blocks
from relxfer.results.runs import Grid, Runs, common
from relxfer.results.verdicts import Pairing, of_models


def curves(judge: Judge, cells: Sequence[CellResult], rows: Sequence[Row]) -> tuple[LearningCurves, ...]:
    """The curves of every source, target and scratch that was trained with two or more numbers of labels."""
    return tuple(_Target(judge, {(b.source, b.target, b.budget): b for b in blocks(cells)}).curves(rows))


@dataclass(frozen=True)
class _Target:
    judge: Judge
    blocks: Mapping[tuple[str | None, str, object], Block]

    def curves(self, rows: Sequence[Row]) -> Iterator[LearningCurves]:
        known = [row for row in rows if row.interval and row.label_count is not None]
        for source, target in dict.fromkeys((row.source, row.target) for row in known):
            here = [row for row in known if (row.source, row.target) == (source, target)]
            for name in dict.fromkeys(row.strategy for row in here if row.role == "scratch"):
                beside = [row for row in here if row.role in ("candidate", "direct") and row.scratch == name]
                scratch = self._line([row for row in here if row.strategy == name])
                others = [self._line([r for r in beside if r.strategy == of]) for of in _names(beside)]
                if len(scratch.points) > 1 and others:
                    yield _Beside(self._values(scratch), scratch, tuple(others)).curves()

    def _line(self, rows: Sequence[Row]) -> _Line:
        """Budgets that exceed the available labels have the same labels and are one point."""
        points = {row.label_count or 0: row for row in rows}
        return _Line(tuple(self._at(points[labels]) for labels in sorted(points)))

    def _at(self, row: Row) -> _At:
        block = self.blocks[row.place]
        failed = sum(cell.failed_in(row.metric) for cell in block.of(row.strategy) if cell.evaluated)
        return _At(row, block.runs(row.strategy), failed)

    def _values(self, scratch: _Line) -> _Values:
        target = scratch.points[0].row.target
        pairing = Pairing(self.judge.metrics[target][0], self.judge.classes.get(target, ()))
        return _Values(self.judge, pairing, scratch.points[0].runs.any())


def _names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row.strategy for row in rows))


@dataclass(frozen=True)
class _At:
    """A strategy at one number of labels, with its runs and how many of them failed to train."""

    row: Row
    runs: Runs
    failed: int

    @property
    def labels(self) -> int:
        return self.row.label_count or 0


@dataclass(frozen=True)
class _Line:
    """A strategy by its number of labels, ascending."""

    points: tuple[_At, ...]

    @property
    def labels(self) -> tuple[int, ...]:
        return tuple(at.labels for at in self.points)

    @property
    def name(self) -> str:
        return self.points[0].row.strategy

    @property
    def trained(self) -> _Line:
        """The part with labels; the whole if there is no such part."""
        return _Line(tuple(at for at in self.points if at.labels) or self.points)

    @cached_property
    def shared(self) -> tuple[Runs, ...]:
        """The runs at the seeds that finished with every number of labels."""
        first, *others = (at.runs for at in self.points)
        keys = [key for key in first.evaluations if all(key in runs.evaluations for runs in others)]
        return tuple(Runs(at.runs.name, {key: at.runs.evaluations[key] for key in keys}) for at in self.points)


@dataclass(frozen=True)
class _Values:
    """Values of a metric, as arrays of which higher is better."""

    judge: Judge
    pairing: Pairing
    evaluation: str

    @property
    def sign(self) -> int:
        return self.pairing.metric.sign

    def of(self, runs: Runs, grid: Grid) -> np.ndarray:
        """[S, n], or [P, S, n] of three pre-trainings or more."""
        return self.sign * of_models(runs.at(grid, self.judge.values, self.pairing.metric.name))

    def stacked(self, line: _Line, grid: Grid) -> np.ndarray:
        """[K, S, n] or [K, P, S, n]: all points of a line."""
        return np.array(np.broadcast_arrays(*(self.of(runs, grid) for runs in line.shared)))

    def compare(self, differences: Sequence[np.ndarray]) -> list[Comparison]:
        """Sides with a common baseline, whose seed noise is estimated together."""
        first = self.judge.values(self.evaluation)
        made = [self.pairing.squares(each, first) for each in differences]
        alike = len({(each.runs, each.units) for each in made}) == 1
        noise = seed_noise.pooled(made) if alike else [seed_noise.alone(each) for each in made]
        return [Comparison(*each) for each in zip(made, noise, strict=True)]

    def limit(self, differences: np.ndarray) -> str:
        """Why there can be no interval; empty if there can."""
        first = self.judge.values(self.evaluation)
        made = self.pairing.squares(differences, first)
        return self.pairing.no_verdict(made, first, made.runs, fixed=False)


@dataclass(frozen=True)
class _Shape:
    """The curve of a line: its points, and the one through them that never falls, as means of which higher is better.

    points, monotone  [K, S, n] or [K, P, S, n]
    """

    labels: tuple[int, ...]
    points: np.ndarray
    monotone: np.ndarray
    halves: tuple[float, ...]

    @classmethod
    def of(cls, labels: tuple[int, ...], points: np.ndarray, values: _Values) -> _Shape:
        halves = tuple(values.compare([point])[0].half(0.05) for point in points)
        least = max(1e-3 * max(halves), 1e-9)  # a point without spread would be the only one that counts
        return cls(labels, points, crossings.monotone(points, [1 / max(half, least) ** 2 for half in halves]), halves)

    @property
    def values(self) -> list[float]:
        return [float(point.mean()) for point in self.monotone]

    def law(self) -> Fitted | None:
        return power_law.fit(self.labels, [float(point.mean()) for point in self.points], self.halves)


@dataclass(frozen=True)
class _Beside:
    """Strategies beside scratch."""

    values: _Values
    scratch: _Line
    others: tuple[_Line, ...]

    def curves(self) -> LearningCurves:
        row, shape = self.scratch.points[0].row, self._shape
        level = float(self.values.sign * shape.values[-1]) if shape else _mean(self.scratch.points[-1].row)
        law = shape.law() if shape else None
        worth = self._worth()
        return LearningCurves(
            row.source,
            row.target,
            row.metric,
            self.values.pairing.metric.direction,
            level,
            self._curve(self.scratch, {}),
            tuple(self._curve(line, worth) for line in self.others),
            _signed(law.law, self.values.sign) if law else None,
            tuple(self._notes()),
        )

    @cached_property
    def _shape(self) -> _Shape | None:
        """The curve of scratch; None if no seed finished with every number of labels."""
        keys = list(self.scratch.shared[0].evaluations)
        return self._scratch(Grid.of(keys)) if keys else None

    @cached_property
    def _shapes(self) -> dict[Grid, _Shape]:
        return {}

    def _scratch(self, grid: Grid) -> _Shape:
        """The curve of scratch at the seeds of a grid."""
        if grid not in self._shapes:
            points = self.values.stacked(self.scratch, grid)
            self._shapes[grid] = _Shape.of(self.scratch.labels, points, self.values)
        return self._shapes[grid]

    def _worth(self) -> dict[tuple[str, int], tuple[Labels, Labels]]:
        """Strategy and labels -> the labels that scratch needs, in the run and continued by its law.

        Strategies with the same number of labels and the same seeds are compared together.
        """
        together: dict[tuple[int, Grid], list[tuple[str, Runs]]] = {}
        for line in self.others:
            for at in line.points:
                grid = common(at.runs, self.scratch.shared[0]) if self._shape else None
                if grid is not None:
                    together.setdefault((at.labels, grid), []).append((line.name, at.runs))
        made: dict[tuple[str, int], tuple[Labels, Labels]] = {}
        for (labels, grid), named in together.items():
            found = self._needed(self._scratch(grid), [self.values.of(runs, grid) for _, runs in named])
            made |= {(name, labels): labels_of for (name, _), labels_of in zip(named, found, strict=True)}
        return made

    def _needed(self, shape: _Shape, levels: Sequence[np.ndarray]) -> list[tuple[Labels, Labels]]:
        fitted, compare = shape.law(), self.values.compare
        gaps = crossings.inside(shape.labels, shape.monotone, levels, compare)
        further: list[Gap | None] = [None] * len(levels)
        if fitted is not None:
            further = list(crossings.beyond(fitted, shape.points, levels, compare))
        made = [(gap.closed(), continued(gap, more)) for gap, more in zip(gaps, further, strict=True)]
        if self.values.limit(squares.differences(levels[0], shape.points[0])):
            return [(replace(inside, span=None), without_span(whole)) for inside, whole in made]
        return made

    def _curve(self, line: _Line, worth: Mapping[tuple[str, int], tuple[Labels, Labels]]) -> Curve:
        own = self.scratch is line
        needed = [worth.get((line.name, labels)) for labels in line.labels]
        shape, to_level = self._to_level(line.trained)
        return Curve(
            line.name,
            tuple(_point(at.row, each and each[0]) for at, each in zip(line.points, needed, strict=True)),
            tuple(self.values.sign * value for value in shape.values) if shape else (),
            None if own else self._gain(line, 0),
            None if own else self._gain(line, -1),
            to_level,
            needed[-1][1] if needed[-1] else None,
        )

    def _gain(self, line: _Line, place: int) -> Interval | None:
        """The gain over a point of scratch, with the same number of labels or without any."""
        against = self.scratch.points[place]
        at = next((at for at in line.points if at.labels == against.labels or line.labels == (0,)), None)
        grid = common(at.runs, against.runs) if at else None
        if at is None or grid is None:
            return None
        sides = self.values.of(at.runs, grid), self.values.of(against.runs, grid)
        return self.values.compare([squares.differences(*sides)])[0].interval()

    def _to_level(self, line: _Line) -> tuple[_Shape | None, Labels | None]:
        """The curve of a line, and the labels with which it reaches what scratch reaches with its most."""
        if self._shape is None:
            return None, None
        grid = common(line.shared[0], self.scratch.shared[0]) if line.shared[0].evaluations else None
        if grid is None:
            return None, None
        shape = _Shape.of(line.labels, self.values.stacked(line, grid), self.values)
        level = self._scratch(grid).monotone[-1]
        (gap,) = crossings.inside(line.labels, shape.monotone, [level], self.values.compare)
        if self.values.limit(squares.differences(level, shape.points[0])):
            return shape, replace(gap.closed(), span=None)
        made = gap.closed()
        if line.name == self.scratch.name and made.span:  # it is there with its most labels, by definition
            made = replace(made, span=replace(made.span, high=float(line.labels[-1])))
        return shape, made

    def _notes(self) -> Iterator[str]:
        if self._shape is None:
            yield f"no seed of {self.scratch.name} finished with every number of labels: none is compared"
            return
        if limit := self.values.limit(self._shape.points[-1] - self._shape.points[0]):
            yield f"numbers of labels have no interval, since there is {limit}"
        for line in (self.scratch, *self.others):
            for at in line.points:
                if 0 < at.failed < at.row.runs:
                    yield (
                        f"{line.name} with {at.labels:,} labels: {at.failed} of {at.row.runs} runs failed to train, so "
                        "that intervals of numbers of labels that rest on it may be too narrow"
                    )


def continued(inside: Gap, beyond: Gap | None) -> Labels:
    """The labels with which a level is reached, where need be beyond the most labels of the run.

    A number beyond them is given only if its interval ends within `crossings.REACH` times as many.
    """
    within = inside.closed()
    assert within.span is not None
    if within.span.high is not None or (beyond is None and within.bound != "at least"):
        return within
    most = float(inside.labels[-1])
    whole = within if beyond is None else inside.then(beyond).closed()
    assert whole.span is not None
    low, high = whole.span.low, whole.span.high
    if within.bound != "at least":
        return replace(within, span=whole.span, extrapolated=high is not None)
    if whole.bound != "at least" and high is not None:
        return replace(whole, extrapolated=True)
    if low is not None and low >= most:
        return Labels(low, "at least", Span(low, None), extrapolated=low > most)
    return Labels(None, span=Span(low, None))


def without_span(made: Labels) -> Labels:
    """A number of labels where there can be no interval: nothing is then said beyond the labels of the run."""
    return Labels(None) if made.extrapolated or made.bound == "at least" else replace(made, span=None)


def _mean(row: Row) -> float:
    return row.metrics[row.metric]


def _point(row: Row, worth: Labels | None) -> Point:
    assert row.interval is not None
    labels = row.label_count or 0
    multiple = worth.per(labels) if worth and labels else None
    return Point(labels, _mean(row), row.interval.low, row.interval.high, worth, multiple)


def _signed(law: PowerLaw, sign: int) -> PowerLaw:
    return replace(law, ceiling=sign * law.ceiling, scale=sign * law.scale)
