"""The seed noise of a row, moderated by that of other rows: few seeds say little about how much seeds differ.

Rows that are compared with one baseline at one label budget vary by seed about alike. Their variances are taken as
draws from a scaled inverse chi-squared distribution, as those of genes are (Smyth 2004, "Linear models and empirical
Bayes methods for assessing differential expression"), and each is drawn towards their mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.judge.squares import Squares

#: Differences from one baseline correlate by a half, and their squares by a quarter.
_ALIKE = 0.25
#: A row whose variance lies beyond this quantile of what the others allow keeps its own.
_ODD = 0.90


@dataclass(frozen=True)
class SeedNoise:
    """The variance between seeds of a row, and its degrees of freedom.

    variance  A* / n, as `Squares.seeds`
    df        more than S - 1 where other rows took part
    rows      number of rows that it was estimated from
    """

    variance: float
    df: float
    rows: int = 1


def alone(row: Squares) -> SeedNoise:
    """The noise of a row by itself."""
    return SeedNoise(row.seeds, max(row.runs - 1.0, 1.0))


def pooled(rows: Sequence[Squares]) -> list[SeedNoise]:
    """The noise of each of several rows with the same target, label budget, metric and baseline.

    Rows that no seed changes tell nothing about those that seeds do, and stand aside.

    >>> rows = [Squares(0.0, variance, 0.0, 0.0, 3, 100, 99.0, 100) for variance in (0.8, 1.0, 1.2, 1.0)]
    >>> [(round(noise.variance, 2), round(noise.df, 1)) for noise in pooled(rows)][:2]
    [(0.91, 4.6), (1.0, 4.6)]
    """
    varied = [row for row in rows if row.runs > 1 and (row.seeds or row.both)]
    made = iter(_moderated(varied) if len(varied) > 1 else map(alone, varied))
    return [next(made) if row.runs > 1 and (row.seeds or row.both) else alone(row) for row in rows]


def _moderated(rows: Sequence[Squares]) -> list[SeedNoise]:
    variances = np.maximum([row.seeds for row in rows], 1e-300)
    free = np.array([row.runs - 1.0 for row in rows])
    count = len(rows)
    most = float(free.mean()) * (count / (1 + (count - 1) * _ALIKE) - 1)
    prior_df, prior = min(_prior_df(variances, free), most), float((free * variances).sum() / free.sum())
    drawn = (prior_df * prior + free * variances) / (prior_df + free)
    odd = _odd(variances, free, most)
    return [
        alone(row) if keeps else SeedNoise(float(own), float(prior_df + df), count)
        for row, own, df, keeps in zip(rows, drawn, free, odd, strict=True)
    ]


def _prior_df(variances: np.ndarray, free: np.ndarray) -> float:
    """The degrees of freedom that the mean counts for, by the spread of the logarithms; infinite if they are alike."""
    from scipy.special import polygamma, psi

    logs = np.log(variances) - psi(free / 2) + np.log(free / 2)
    spread = float(logs.var(ddof=1) - polygamma(1, free / 2).mean())
    if spread <= 0:
        return np.inf
    half = 0.5 + 1 / spread  # Newton on trigamma(half) = spread
    for _ in range(50):
        value = polygamma(1, half)
        half += value * (1 - value / spread) / polygamma(2, half)
    return float(2 * half)


def _odd(variances: np.ndarray, free: np.ndarray, most: float) -> np.ndarray:
    """[K] bool: rows that vary much more than the others."""
    from scipy.special import fdtri

    others = ((free * variances).sum() - free * variances) / (free.sum() - free)
    made: np.ndarray = variances > others * fdtri(free, most, _ODD)
    return made
