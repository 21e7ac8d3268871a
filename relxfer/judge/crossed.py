"""Intervals over pre-trainings, seeds and units, where every pre-training is combined with every seed.

The cells of one pre-training are no independent replicates of it. So the spread of pre-trainings is estimated from
their means over seeds, that of seeds from their means over pre-trainings, and both are counted. Arrays have the shape
[P, S, n] for P pre-trainings, S seeds and n queries; arrays [S, n] have one value for every seed, and are passed on.
"""

from __future__ import annotations

import math

import numpy as np

from relxfer.judge import statistics
from relxfer.judge.records import Interval


def mean_interval(
    values: np.ndarray, units: np.ndarray, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> Interval:
    """Interval of the mean of values [P, S, n], or of [S, n] as in `statistics.mean_interval`.

    On each side of the estimate its width is sqrt(p^2 + s^2 - u^2), where p is the width over pre-trainings and units
    (of means over seeds), s over seeds and units (of means over pre-trainings), and u over units alone. Of the variance
    of the mean, p^2 has the part of pre-trainings, s^2 that of seeds, and both have those of their interaction and of
    units; the latter is u^2, and is counted once. So the interval is too wide rather than too narrow.

    The errors are those of `statistics.mean_interval`.
    """
    given = (units, level, resamples, seed)
    if values.ndim < 3:
        return statistics.mean_interval(values, *given)
    if 1 in values.shape[:2]:
        return statistics.mean_interval(values.reshape(-1, values.shape[2]), *given)
    factors = [statistics.mean_interval(values.mean(axis), *given) for axis in (1, 0)]
    items = statistics.mean_interval(values.mean((0, 1)), *given)
    estimate = float(values.mean())
    below = _reach([items.estimate - items.low, *(each.estimate - each.low for each in factors)])
    above = _reach([items.high - items.estimate, *(each.high - each.estimate for each in factors)])
    return Interval(estimate, estimate - below, estimate + above, values.shape[1], items.units)


def paired_gain(
    transfer: np.ndarray, baseline: np.ndarray, units: np.ndarray, level: float = 0.95, resamples: int = 10_000
) -> Interval:
    """Interval of mean(transfer - baseline), paired by pre-training, seed and query.

    transfer and baseline are [P, S, n], where P or S is 1 on a side that does not depend on it, or both are [S, n] as
    in `statistics.paired_gain`, whose errors these are.
    """
    if max(transfer.ndim, baseline.ndim) < 3:
        return statistics.paired_gain(transfer, baseline, units, level, resamples)
    return mean_interval(statistics.differences(transfer, baseline), units, level, resamples)


def _reach(halves: list[float]) -> float:
    """The half-width on one side, from those of units, pre-trainings and seeds; never less than any of them."""
    items, *factors = halves
    return max(math.sqrt(max(0.0, sum(half**2 for half in factors) - items**2)), *halves)
