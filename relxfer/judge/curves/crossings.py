"""With how many labels a curve reaches a level, and which numbers of labels the data allow.

A number of labels n is allowed where the level and the curve at n are not told apart: where the interval of their
difference, over seeds and items as that of any gain, contains 0 (Fieller 1954, "Some problems in interval estimation").
No distribution of n is assumed, which has none where the curve is flat; the interval of n then has an open end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from relxfer.judge import squares
from relxfer.judge.curves.labels import Labels, Span
from relxfer.judge.curves.power_law import Fitted
from relxfer.judge.intervals import Comparison

#: Compares sides with a common baseline by their differences, [S, n] or [P, S, n] each.
Compare: TypeAlias = Callable[[Sequence[np.ndarray]], Sequence[Comparison]]
#: Steps in which a curve between two of its points is looked at.
_STEPS = 64
#: A law is followed up to this many times the most labels that it was fitted to.
REACH = 10
#: Levels of intervals, within the labels of a run and beyond. A number beyond is only given where its interval ends,
#: which it does where a curve seems by chance to bend early: of intervals at 95 % that end, too few hold the truth.
_INSIDE, _BEYOND = 0.05, 0.01


@dataclass(frozen=True)
class Gap:
    """A level less a curve, along numbers of labels.

    labels  [m], ascending
    mean    [m]: positive where the curve is below the level
    half    [m]: half-width of its interval: at 95 %, and of a law at 99 %
    """

    labels: np.ndarray
    mean: np.ndarray
    half: np.ndarray

    def then(self, further: Gap) -> Gap:
        """This one, and from its end on a further one."""
        fields = zip(vars(self).values(), vars(further).values(), strict=True)
        return Gap(*(np.concatenate([one, other]) for one, other in fields))

    def closed(self) -> Labels:
        """The number of labels at which the curve reaches the level, with its interval.

        >>> made = Gap(np.array([10.0, 1000.0]), np.array([0.3, -0.3]), np.array([0.1, 0.4])).closed()
        >>> round(made.value), made.bound, round(made.span.low), made.span.high
        (100, '', 28, None)
        """
        span, there = Span(self._low(), self._high()), np.flatnonzero(self.mean <= 0)
        if not len(there):
            return Labels(float(self.labels[-1]), "at least", span)
        if there[0] == 0:
            return Labels(float(self.labels[0]), "at most" if self.mean[0] < 0 else "", span)
        return Labels(self._between(int(there[0]), self.mean), "", span)

    def _low(self) -> float | None:
        """Below it the curve is surely below the level; None if it is nowhere so, or not at its first point."""
        allowed = np.flatnonzero(self.mean <= self.half)
        if len(allowed) and allowed[0] == 0:
            return None
        return self._between(int(allowed[0]), self.mean - self.half) if len(allowed) else float(self.labels[-1])

    def _high(self) -> float | None:
        """Above it the curve is surely above the level; None if it is not so at its last point."""
        allowed = np.flatnonzero(self.mean >= -self.half)
        if len(allowed) and allowed[-1] == len(self.labels) - 1:
            return None
        return self._between(int(allowed[-1]) + 1, self.mean + self.half) if len(allowed) else float(self.labels[0])

    def _between(self, step: int, falls: np.ndarray) -> float:
        """Where a line of values falls through 0, between a step and the one before; linear in log n."""
        before, after = falls[step - 1], falls[step]
        share = before / (before - after) if before > after else 0.0
        first, second = np.log(self.labels[step - 1 : step + 1])
        return float(np.exp(first + min(max(share, 0.0), 1.0) * (second - first)))


def monotone(points: Sequence[np.ndarray] | np.ndarray, weights: Sequence[float]) -> np.ndarray:
    """The points [K, S, n] of a curve, made so that their means never fall.

    Neighbours that would fall are replaced by their weighted mean (pool adjacent violators; Barlow, Bartholomew,
    Bremner and Brunk 1972, "Statistical inference under order restrictions").

    >>> monotone([np.array([[0.2]]), np.array([[0.6]]), np.array([[0.4]])], [1.0, 1.0, 1.0]).round(3).ravel().tolist()
    [0.2, 0.5, 0.5]
    """
    from scipy.optimize import isotonic_regression

    made = np.array(points)
    blocks = isotonic_regression(made.reshape(len(made), -1).mean(1), weights=list(weights)).blocks
    for start, end in pairwise(blocks):
        made[start:end] = np.average(made[start:end], axis=0, weights=weights[start:end])
    return made


def inside(labels: Sequence[int], points: np.ndarray, levels: Sequence[np.ndarray], compare: Compare) -> list[Gap]:
    """Each of several levels less the curve through points, which is linear in log n between them.

    labels  [K], above 0 unless there is one alone
    points  [K, S, n] or [K, P, S, n]
    levels  [S, n] or [P, S, n] each; S may be 1 on either side
    """
    middles = [(one + other) / 2 for one, other in pairwise(points)]
    stops = [stop for pair in zip(points, [*middles, None], strict=True) for stop in pair if stop is not None]
    compared = _against(stops, levels, compare)
    if len(labels) == 1:
        return [Gap(np.array(labels, float), np.array([n.mean]), np.array([n.half(_INSIDE)])) for (n,) in compared]
    logs = np.log(labels)
    places = np.sort(np.concatenate([logs, (logs[1:] + logs[:-1]) / 2]))
    made = np.exp(_fine(places))
    made[[0, -1]] = labels[0], labels[-1]
    ends = [[each.mean for each in line[::2]] for line in compared]
    means = [np.interp(_fine(places), logs, end) for end in ends]
    return [Gap(made, mean, _half(places, line, _INSIDE)) for mean, line in zip(means, compared, strict=True)]


def beyond(fitted: Fitted, points: np.ndarray, levels: Sequence[np.ndarray], compare: Compare) -> list[Gap]:
    """Each of several levels less a law that was fitted to points, from the most labels on to `REACH` times as many.

    The uncertainty of the law is that of the combination of points that it changes with (delta method, on the scale of
    the metric), at 99 %.
    """
    most = fitted.labels[-1]
    places = np.log(most) + np.linspace(0, np.log(REACH), 5)
    stops = [np.tensordot(fitted.sensitivity(float(np.exp(place))), points, 1) for place in places]
    made = np.exp(_fine(places))
    curve = np.array([fitted.law.at(n) for n in made])
    compared = _against(stops, levels, compare)
    return [
        Gap(made, float(level.mean()) - curve, _half(places, line, _BEYOND))
        for level, line in zip(levels, compared, strict=True)
    ]


def _against(stops: Sequence[np.ndarray], levels: Sequence[np.ndarray], compare: Compare) -> list[list[Comparison]]:
    """For each level, its comparison with every stop of a curve."""
    made = [compare([squares.differences(level, stop) for level in levels]) for stop in stops]
    return [list(line) for line in zip(*made, strict=True)]


def _fine(places: np.ndarray) -> np.ndarray:
    """[m]: the places with steps between them."""
    steps = np.arange(0, 1, 2 / _STEPS)
    return np.append((places[:-1, None] + steps * np.diff(places)[:, None]).ravel(), places[-1])


def _half(places: np.ndarray, stops: Sequence[Comparison], p: float) -> np.ndarray:
    """The half-width at the fine places: its square is one of second degree between every other stop.

    So it is where the curve is linear, because variances of a linear combination are of second degree.
    """
    squared = np.array([stop.half(p) ** 2 for stop in stops])
    fine = _fine(places)
    made = np.empty(len(fine))
    for k in range(0, len(places) - 2, 2):
        here = (fine >= places[k]) & (fine <= places[k + 2])
        made[here] = np.polyval(
            np.polyfit(places[k : k + 3] - places[k], squared[k : k + 3], 2), fine[here] - places[k]
        )
    made = np.sqrt(np.maximum(made, 0.0))
    made[:: _STEPS // 2] = np.sqrt(squared)  # exact at the stops, where rounding would tell equal things apart
    return made
