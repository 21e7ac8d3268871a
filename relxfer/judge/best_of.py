"""The gain of the best of several rows, which its own mean overstates: it was chosen for being large.

The means m_k of K rows over one baseline vary by e each, the noise of their own, and by c, the noise that all share
with the baseline. If true gains vary by tau^2 about their mean, that of the best is, given the data,

    mean + tau^2 / (tau^2 + e) (best - mean)

(empirical Bayes, as in Efron and Morris 1973, "Stein's estimation rule and its competitors"). e and c are the mean
diagonal and off-diagonal of the covariance of the means, by the mean products of seeds, items and both; see `squares`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from relxfer.judge import squares
from relxfer.judge.records import Interval

#: With fewer rows their spread says nothing about how far the best is above what it would be again.
LEAST_ROWS = 4
#: tau is integrated from 0 to this many times sqrt(e).
_WIDEST, _STEPS = 6.0, 241
_Z = 1.959964


def best_of(differences: Sequence[np.ndarray], clusters: np.ndarray | None = None) -> tuple[int, Interval] | None:
    """The row with the largest mean, and its gain as it would be expected again; None for fewer than four rows.

    differences  K rows over one baseline: [S, n], with the same seeds and items
    clusters     [n] int: what is resampled together

    The interval is that of the posterior, where tau has a half-Cauchy prior of scale sqrt(e) (Gelman 2006, "Prior
    distributions for variance parameters in hierarchical models"), with the shared noise c and that of the mean. The
    verdict on the best row stays that of the family.

    Raises:
        ValueError: rows differ in their shape.

    >>> rows = list(np.random.default_rng(0).normal(size=(8, 6, 300)) * 0.4)
    >>> row, gain = best_of(rows)
    >>> row, round(float(rows[row].mean()), 3), round(gain.estimate, 3)
    (4, 0.011, 0.003)
    """
    if len(differences) < LEAST_ROWS:
        return None
    if len(shapes := {each.shape for each in differences}) > 1:
        raise ValueError(f"expected rows with the same seeds and items (got {sorted(shapes)})")
    values = np.stack([squares.by_cluster(np.asarray(each, float), clusters) for each in differences])
    own, shared = _noise(_covariance(values))
    means = values.mean((1, 2))
    best, seeds = int(means.argmax()), values.shape[1]
    half = _Z * math.sqrt(max(shared, 0.0) + _spread(means, own)) * (1 + 0.5 / max(seeds - 1, 1))
    estimate = _shrunk(means, own, max(0.0, float(means.var(ddof=1)) - own))
    return best, Interval(estimate, estimate - half, estimate + half, seeds, values.shape[2])


def _shrunk(means: np.ndarray, own: float, tau2: float) -> float:
    """The gain of the best if true gains vary by tau2."""
    share = tau2 / (tau2 + own) if tau2 + own else 1.0
    return float(means.mean() + share * (means.max() - means.mean()))


def _noise(covariance: np.ndarray) -> tuple[float, float]:
    """e and c: the variance of each mean by itself, and that which they share."""
    rows = len(covariance)
    diagonal = float(np.trace(covariance)) / rows
    shared = (float(covariance.sum()) - rows * diagonal) / (rows * (rows - 1))
    return max(diagonal - shared, 0.0), shared


def _covariance(values: np.ndarray) -> np.ndarray:
    """[K, K]: (A + B - E) / (S n) of the mean products of rows [K, S, n]."""
    rows, seeds, items = values.shape
    means = values.mean((1, 2))
    by_seed, by_item = values.mean(2) - means[:, None], values.mean(1) - means[:, None]
    made: np.ndarray = by_item @ by_item.T / (max(items - 1, 1) * items)
    if seeds > 1:
        left = (values - means[:, None, None] - by_seed[:, :, None] - by_item[:, None]).reshape(rows, -1)
        both = left @ left.T / ((seeds - 1) * max(items - 1, 1) * items)
        made += (by_seed @ by_seed.T / (seeds - 1) - both) / seeds
    return made


def _spread(means: np.ndarray, own: float) -> float:
    """The variance of the true gain of the best about its estimate, beside the shared noise."""
    if own <= 0:
        return 0.0
    rows, taus2 = len(means), own * np.linspace(0, _WIDEST, _STEPS) ** 2
    total, apart = taus2 + own, float(((means - means.mean()) ** 2).sum())
    # half-Cauchy prior of tau times the likelihood of the means about a free mean
    logs = -np.log1p(taus2 / own) - (rows - 1) / 2 * np.log(total) - apart / (2 * total)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    share = taus2 / total
    centres = share * (means.max() - means.mean())
    varied = float(weights @ (centres - weights @ centres) ** 2)
    return float(weights @ (share * own + (1 - share) ** 2 * total / rows)) + varied
