"""Intervals and p of a gain, and the interval of a metric, over seeds and items at once.

At level 1 - p the half-width is

    h(p)^2 = t(d_A, 1 - p/2)^2 max(A*, E) / (S n) + t(d_B, 1 - p/2)^2 max(B - E, 0) / (S n)

with the mean squares of `squares`, and A* and d_A of `seed_noise`. Each part has the quantile of its own degrees of
freedom, so that a variance of seeds that came out small by chance is not trusted (unlike Satterthwaite's rule, which
gives the whole the degrees of freedom of the part that came out large).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from relxfer.judge import seed_noise, squares
from relxfer.judge.records import Interval
from relxfer.judge.seed_noise import SeedNoise
from relxfer.judge.squares import Squares

#: The smallest p that is told apart from 0, as a logarithm.
_LEAST = -60.0
_Z = 1.959964


@dataclass(frozen=True)
class Comparison:
    """A mean difference, with the noise of its seeds.

    >>> made = Comparison.alone(squares.of(np.array([[0.0, 1.0] * 50, [1.0, 1.0] * 50, [0.0, 1.0] * 50])))
    >>> low, high = made.bounds()
    >>> bool(low < made.squares.mean < high), round(made.p(made.squares.mean), 2)
    (True, 0.06)
    """

    squares: Squares
    noise: SeedNoise

    @classmethod
    def alone(cls, row: Squares) -> Comparison:
        """A comparison without others that its seed noise could be estimated from."""
        return cls(row, seed_noise.alone(row))

    @property
    def mean(self) -> float:
        """The mean difference."""
        return self.squares.mean

    def half(self, p: float) -> float:
        """The half-width of the interval at level 1 - p."""
        return math.sqrt(sum(self.parts(p)))

    def parts(self, p: float = 0.05) -> tuple[float, float]:
        """The squares of the half-width that seeds and items contribute."""
        row = self.squares
        items = _t(row.item_df, p) ** 2 * max(row.items - row.both, 0.0) / row.runs
        seeds = _t(self.noise.df, p) ** 2 * max(self.noise.variance, row.both) / row.runs if row.runs > 1 else 0.0
        shared = _t(row.shared_df, p) ** 2 * row.shared if row.shared else 0.0
        return seeds + shared, items

    def p(self, distance: float) -> float:
        """The p at which the half-width is a distance; 1 at distance 0.

        p and interval cannot contradict each other: the interval at level 1 - p excludes 0 if and only if
        p(|mean|) < p.
        """
        distance = abs(distance)
        if distance == 0:
            return 1.0
        low, high = _LEAST, 0.0
        if self.half(math.exp(low)) <= distance:
            return math.exp(low)
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.half(math.exp(middle)) > distance else (low, middle)
        return math.exp((low + high) / 2)

    def bounds(self, p: float = 0.05) -> tuple[float, float]:
        """The interval at level 1 - p."""
        half = self.half(p)
        return self.mean - half, self.mean + half

    def interval(self) -> Interval:
        """The 95 % interval."""
        return Interval(self.mean, *self.bounds(), self.squares.runs, self.squares.units)


def gain(ours: np.ndarray, theirs: np.ndarray, clusters: np.ndarray | None = None) -> Interval:
    """The interval of mean(ours - theirs), paired by seed and query.

    ours, theirs  [S, n], where S may be 1 on a side that does not depend on seeds; or [P, S, n], see `squares.crossed`
    clusters      [n] int: what is resampled together

    >>> gain(np.full((3, 400), 0.5), np.full((3, 400), 0.25)).estimate
    0.25
    """
    return Comparison.alone(squares.crossed(squares.differences(ours, theirs), clusters)).interval()


def of_metric(made: Interval, low: float | None, high: float | None, per_item: bool) -> Interval:
    """The interval of a metric with this range: `of_share` of shares, `of_area` of others from 0 to 1.

    Others end where their range ends.

    >>> of_metric(Interval(0.9, 0.8, 1.0, 3, 50), 0.0, 1.0, per_item=True).high < 1
    True
    """
    if (low, high) == (0.0, 1.0) and 0 <= made.estimate <= 1:
        return of_share(made) if per_item else of_area(made)
    below = made.low if low is None else max(low, made.low)
    return replace(made, low=below, high=made.high if high is None else min(high, made.high))


def of_share(made: Interval) -> Interval:
    """Wilson's interval of a mean of values from 0 to 1, with as many items as give the width of `made`.

    Near 0 and 1 the symmetric interval covers too rarely (Wilson 1927, "Probable inference, the law of succession, and
    statistical inference"). n_eff = m (1 - m) z^2 / h^2.
    """
    mean, half = made.estimate, (made.high - made.low) / 2
    inside = mean * (1 - mean)
    if half <= 0 < inside:  # all values are equal
        return made
    size = max(1.0, inside * _Z**2 / half**2 if inside > 0 else float(made.units))
    middle = (mean + _Z**2 / (2 * size)) / (1 + _Z**2 / size)
    reach = _Z / (1 + _Z**2 / size) * math.sqrt(inside / size + _Z**2 / (4 * size**2))
    low = 0.0 if mean == 0 else max(0.0, middle - reach)
    return replace(made, low=low, high=1.0 if mean == 1 else min(1.0, middle + reach))


def of_area(made: Interval) -> Interval:
    """The interval of an area under a curve, on the scale of log odds; as it is at 0 and 1."""
    mean, half = made.estimate, (made.high - made.low) / 2
    if not 0 < mean < 1:
        return replace(made, low=max(0.0, made.low), high=min(1.0, made.high))
    middle, reach = math.log(mean / (1 - mean)), half / (mean * (1 - mean))
    low, high = (1 / (1 + math.exp(-min(max(middle + sign * reach, -500), 500))) for sign in (-1, 1))
    return replace(made, low=low, high=high)


def _t(df: float, p: float) -> float:
    """The quantile 1 - p / 2 of Student's t."""
    from scipy.special import stdtrit

    return float(-stdtrit(df, p / 2)) if p < 1 else 0.0
