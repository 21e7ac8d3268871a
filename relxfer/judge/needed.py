"""How many items or seeds would decide what is inconclusive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from relxfer.judge.intervals import Comparison
from relxfer.judge.seed_noise import SeedNoise

#: 1 + the quantile .8 of the normal distribution over its quantile .975: a result is to come out in four of five cases.
_POWER = 1 + 0.8416 / 1.9600
#: More than so many times as many are not worth naming.
_MOST = 1000


@dataclass(frozen=True)
class Needed:
    """What would decide, in four of five cases, if the true difference is the one that came out.

    items  number of items (or groups), with as many seeds; None: no number of them would
    seeds  number of seeds, with as many items; None: no number of them would, or there is one run
    """

    items: int | None
    seeds: int | None


def to_decide(comparison: Comparison, minimal: float | None, alpha: float = 0.05) -> Needed | None:
    """How many items, or else seeds, would decide; None: nothing can be said.

    Decided means that a difference is shown, or that it is shown to be smaller than matters, whichever is nearer: the
    half-width has to fall to the larger of |m| and minimal - |m|, and for four of five cases to 1 / 1.43 of it. Of the
    variance the part of items falls with their number, that of seeds with theirs, and that of both with either.

    minimal  the smallest difference that matters; None: unknown
    alpha    the level of the comparison among all

    >>> import numpy as np
    >>> from relxfer.judge import squares
    >>> made = Comparison.alone(squares.of(np.tile([0.0, 0.0, 1.0, -1.0], 25)))
    >>> to_decide(made, 0.1)
    Needed(items=399, seeds=None)
    """
    mean = abs(comparison.mean)
    reach = max(mean, (minimal or 0.0) - mean) / _POWER
    if reach <= 0:
        return None
    row = comparison.squares
    return Needed(
        _fewest(row.units, lambda units: _of_items(comparison, units).half(alpha) <= reach),
        _fewest(row.runs, lambda runs: _of_seeds(comparison, runs).half(alpha) <= reach) if row.runs > 1 else None,
    )


def _of_items(comparison: Comparison, units: int) -> Comparison:
    """As it would be with so many items."""
    row, noise, times = comparison.squares, comparison.noise, units / comparison.squares.units
    both = row.both / times
    items = both + (row.items - row.both) / times
    seeds = max(noise.variance - row.both, 0.0) + both
    made = replace(row, items=items, both=both, units=units, item_df=row.item_df * times)
    return Comparison(made, replace(noise, variance=seeds))


def _of_seeds(comparison: Comparison, runs: int) -> Comparison:
    """As it would be with so many seeds."""
    row, noise, times = comparison.squares, comparison.noise, runs / comparison.squares.runs
    items = row.both + (row.items - row.both) * times  # B is e + S b
    return Comparison(
        replace(row, items=items, runs=runs), SeedNoise(noise.variance, noise.df + runs - row.runs, noise.rows)
    )


def _fewest(now: int, enough: Callable[[int], bool]) -> int | None:
    """The fewest that are enough, and more than now, with three digits; None: not even 1,000 times as many are."""
    low, high = now, now * _MOST
    if not enough(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    step = 10 ** max(0, len(str(high)) - 3)
    return -(-high // step) * step
