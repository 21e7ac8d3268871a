"""What `benchmarks/verdicts.py` draws: differences of ten rows from one baseline, whose true gain is known.

Arrays are [K, S, n]: of K rows, with S seeds, on n items. Half of every variance of a difference is the baseline's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import ndtr, ndtri

from relxfer.judge.metrics.classification import Classes

Rng = np.random.Generator
ROWS = 10
#: Standard deviations of a gain: between seeds, between items, of both together.
REGIMES = {"pilot": (0.03, 0.083, 0.411), "seeds": (0.05, 0.083, 0.411), "items": (0.005, 0.4, 0.2)}
HALF = 0.5**0.5
ACCURACY, BASELINE = 0.95, 0.93
#: How hard an item is, in standard deviations: for a seed, for all models, for one model, for both together.
LATENT = (0.2, 1.0, 0.5, 1.0)
#: Means of log ranks, of the baseline and of rows, and their standard deviation.
LOG_RANKS = (1.5, 1.3, 1.5)
#: The share of items that the rarest class has.
RARE = 0.01
#: Of the logits of two classes: standard deviations of seeds, items and both, and where the decision changes.
LOGITS, THRESHOLD = (0.15, 0.5, 1.0), 2.5
#: How far the logits of the rare class are above the others.
SIGNALS = {"ours": 2.8, "theirs": 2.4}


def effects(rng: Rng, seeds: int, items: int, sds: Sequence[float], rows: int = ROWS) -> np.ndarray:
    """Effects of seeds, of items, and of both together, with these standard deviations."""
    shapes = ((rows, seeds, 1), (rows, 1, items), (rows, seeds, items))
    made = [
        rng.standard_normal(shape, dtype=np.float32) * np.float32(sd) for shape, sd in zip(shapes, sds, strict=True)
    ]
    made[2] += made[0]
    made[2] += made[1]
    return made[2]


def normal(rng: Rng, seeds: int, items: int, sds: Sequence[float], gain: float = 0.0) -> np.ndarray:
    half = [HALF * sd for sd in sds]
    made = effects(rng, seeds, items, half)
    made -= effects(rng, seeds, items, half, rows=1)
    made += np.float32(gain)
    return made


def fixed_baseline(rng: Rng, seeds: int, items: int) -> np.ndarray:
    """Rows with seeds against one run, which is given: all that it does is an effect of items."""
    seed, item, both = (HALF * sd for sd in REGIMES["pilot"])
    theirs = effects(rng, 1, items, (0.0, item, both), rows=1)
    return effects(rng, seeds, items, (seed, item, both)) - theirs


def latent(rng: Rng, seeds: int, items: int) -> np.ndarray:
    """[1 + K, S, n] standard normal: how hard items are for the baseline and for K rows."""
    seed, common, own, both = LATENT
    made = effects(rng, seeds, items, (seed, own, both), 1 + ROWS)
    made += np.float32(common) * rng.standard_normal((1, 1, items), dtype=np.float32)
    return made / np.float32(np.sqrt(np.square(LATENT).sum()))


def accuracy(rng: Rng, seeds: int, items: int) -> np.ndarray:
    drawn = latent(rng, seeds, items)
    return (drawn[1:] < ndtri(ACCURACY)).astype(np.float32) - (drawn[:1] < ndtri(BASELINE))


def reciprocal(log_ranks: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.floor(np.exp(log_ranks)))


def ranks(rng: Rng, seeds: int, items: int) -> np.ndarray:
    drawn = latent(rng, seeds, items) * np.float32(LOG_RANKS[2])
    return reciprocal(drawn[1:] + np.float32(LOG_RANKS[1])) - reciprocal(drawn[:1] + np.float32(LOG_RANKS[0]))


def mean_reciprocal(middle: float, spread: float) -> float:
    """The mean of `reciprocal` of normal log ranks: the sum of the probability of rank k, over k."""
    rank = np.arange(1, 200_000)
    below = ndtr((np.log(rank) - middle) / spread)
    return float((np.diff(below, prepend=0.0) / rank).sum())


def clustered(rng: Rng, seeds: int, clusters: int, size: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """[S, n] in the variances of the pilot, and the cluster of each item.

    Of the variance of items, 30 % are of clusters, whose sizes are log-normal with a standard deviation of .8.
    """
    sizes = np.maximum(1, (size * np.exp(0.8 * rng.standard_normal(clusters))).astype(int))
    ids = np.repeat(np.arange(clusters), sizes)
    seed, item, both = REGIMES["pilot"]
    common, own = np.sqrt(0.3) * np.hypot(item, both), np.sqrt(0.7) * np.hypot(item, both)
    made = effects(rng, seeds, len(ids), (seed, own, 0.1), rows=1)[0]
    return made + common * rng.standard_normal(clusters)[ids], ids


def classified(rng: Rng, seeds: int, labels: np.ndarray, signal: float, common: np.ndarray) -> list[Classes]:
    """The scores of two classes with every seed; `common` [n] is how the items are for all models."""
    seed, item, both = LOGITS
    logits = effects(rng, seeds, len(labels), (0.0, item * HALF, both), 1)[0] + item * HALF * common
    logits += (signal + seed * rng.standard_normal((seeds, 1))) * labels - THRESHOLD
    return [Classes(np.stack([np.zeros(len(labels)), row], 1), labels) for row in logits]


def of_classes(metric: str, signal: float) -> float:
    """The metric over all seeds and items: a normal integral for the area, and for F1 a quadrature over seeds."""
    seed, item, both = LOGITS
    spread = float(np.hypot(item, both))
    if metric == "auc":
        return float(ndtr(signal / np.sqrt(2 * spread**2 + seed**2)))
    at, weights = np.polynomial.hermite_e.hermegauss(40)
    found, false = ndtr((signal + seed * at - THRESHOLD) / spread), ndtr(-THRESHOLD / spread)
    tp, fp, fn, tn = RARE * found, (1 - RARE) * false, RARE * (1 - found), (1 - RARE) * (1 - false)
    f1 = (2 * tp / (2 * tp + fp + fn) + 2 * tn / (2 * tn + fp + fn)) / 2
    return float(weights @ f1 / weights.sum())


@dataclass(frozen=True)
class Scenario:
    """What draws differences, and the gain that is true of them."""

    draw: Callable[[Rng, int, int], np.ndarray]
    gain: float = 0.0


SCENARIOS = {
    "items most": Scenario(partial(normal, sds=REGIMES["items"])),
    "seeds most": Scenario(partial(normal, sds=REGIMES["seeds"])),
    "pilot": Scenario(partial(normal, sds=REGIMES["pilot"])),
    "accuracy .95": Scenario(accuracy, ACCURACY - BASELINE),
    "reciprocal ranks": Scenario(
        ranks, mean_reciprocal(LOG_RANKS[1], LOG_RANKS[2]) - mean_reciprocal(LOG_RANKS[0], LOG_RANKS[2])
    ),
    "one run against seeds": Scenario(fixed_baseline),
}
