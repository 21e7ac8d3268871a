"""Looking at a run after each seed: at which level, and what is foreseen of later looks.

A run of at most N seeds may be looked at after S = 3..N of them. Of the chance of a wrong verdict

    alpha(S) = alpha (S / N)^2

is spent by look S (Kim and DeMets 1987, "Design and analysis of group sequential tests based on the type I error
spending rate function"; Lan and DeMets 1983). The level of a look is the two-sided p at which a walk of S normal steps
that no look has stopped crosses its bound for the first time with probability alpha(S) - alpha(S - 1). It is integrated
over the density of such walks, look by look (Armitage, McPherson and Rowe 1969, "Repeated significance tests on
accumulating data"). The part of items has no steps: estimates are then more alike from look to look than those of the
walk, so that the levels are too strict rather than too lax.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np

from relxfer.judge.family import LEAST_SEEDS
from relxfer.judge.intervals import Comparison
from relxfer.judge.seed_noise import SeedNoise

#: The first look: there is no verdict from fewer seeds.
FIRST = LEAST_SEEDS
_POINTS = 60


def level(seeds: int, most: int, alpha: float = 0.05) -> float:
    """The two-sided level of the look after some seeds, of at most `most`; 0 before the first look.

    Raises:
        ValueError: most is less than 3, or seeds is more than it.

    >>> [round(level(seeds, 10), 4) for seeds in (2, 3, 9, 10)]
    [0, 0.0045, 0.0241, 0.0298]
    """
    if most < FIRST or seeds > most:
        raise ValueError(f"expected at most {most} seeds, and a maximum of at least {FIRST} (got {seeds} seeds)")
    return levels(most, alpha)[seeds - FIRST] if seeds >= FIRST else 0


@cache
def levels(most: int, alpha: float = 0.05) -> tuple[float, ...]:
    """The levels of the looks after 3, 4, ..., most seeds.

    >>> [round(each, 4) for each in levels(5)]
    [0.018, 0.0238, 0.0352]
    """
    from scipy.special import ndtr, ndtri

    points, weights = np.polynomial.legendre.leggauss(_POINTS)
    bound = -float(ndtri(alpha * (FIRST / most) ** 2 / 2)) * math.sqrt(FIRST)
    at, mass = bound * points, bound * weights * _normal(bound * points, FIRST)
    found = [2 * float(ndtr(-bound / math.sqrt(FIRST)))]
    for seeds in range(FIRST + 1, most + 1):
        bound = _bound(at, mass, alpha * (2 * seeds - 1) / most**2, 9 * math.sqrt(seeds))
        found.append(2 * float(ndtr(-bound / math.sqrt(seeds))))
        ahead = bound * points
        at, mass = ahead, bound * weights * (_normal(ahead[:, None] - at, 1) @ mass)
    return tuple(found)


def foreseen(comparison: Comparison, seeds: int) -> Comparison:
    """The comparison with more seeds, if its gain and its variances stay what they are.

    B grows with S: B - E = S b. A and E do not.
    """
    row, noise = comparison.squares, comparison.noise
    items = row.both + max(row.items - row.both, 0.0) * seeds / row.runs
    return Comparison(
        replace(row, runs=seeds, items=items), SeedNoise(noise.variance, noise.df + seeds - row.runs, noise.rows)
    )


def _bound(at: np.ndarray, mass: np.ndarray, spent: float, most: float) -> float:
    """The bound that walks at `at`, of probability `mass`, cross in one step with probability `spent`."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    return float(brentq(lambda bound: mass @ (ndtr(at - bound) + ndtr(-at - bound)) - spent, 0, most))


def _normal(at: np.ndarray, variance: float) -> np.ndarray:
    """The density of a normal variable with mean 0."""
    made: np.ndarray = np.exp(-(at**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
    return made
