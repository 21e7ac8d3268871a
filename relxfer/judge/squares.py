"""Mean squares of paired differences over seeds and items: what the interval of a gain is made of.

D[s, i], s = 1..S, i = 1..n, are the differences of two sides in one metric: of seed s, on item i. Seeds and items are
crossed random factors, so that D varies with the seed, the item, and the two together. With m the mean of all, r_s that
over items and c_i that over seeds, the mean squares are

    A = n sum_s (r_s - m)^2 / (S - 1)                            of seeds
    B = S sum_i (c_i - m)^2 / (n - 1)                            of items
    E = sum_si (D_si - r_s - c_i + m)^2 / ((S - 1) (n - 1))      of both together

and Var(m) = (A + B - E) / (S n) (Searle, Casella and McCulloch 1992, "Variance components", section 4.3). They are
stored as A / n, B / n and E / n, which do not depend on how items are put together into groups.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

#: Where fewer items differ than this, one more is added that differs as much as an item can.
_FEW = 10
#: A difference below this share of the larger value is a rounding error and counts as 0.
_NOISE = 1e-12


@dataclass(frozen=True)
class Squares:
    """The mean squares of one comparison.

    mean      of all differences
    seeds     A / n: the variance, between seeds, of the mean over items
    items     B / n
    both      E / n
    runs      S: number of seeds; 1 if neither side depends on them
    units     n: number of items, or of what is resampled in their place
    item_df   degrees of freedom of `items`: fewer than n - 1 where few items make most of the spread
    differ    number of items, or of what is resampled in their place, that differ in any seed
    shared    variance of the mean that seeds add which all of the S share, as pre-trainings share those of the target
    shared_df its degrees of freedom
    """

    mean: float
    seeds: float
    items: float
    both: float
    runs: int
    units: int
    item_df: float
    differ: int
    shared: float = 0.0
    shared_df: float = 1.0


def of(
    differences: np.ndarray,
    clusters: np.ndarray | None = None,
    classes: np.ndarray | None = None,
    most: float | None = None,
) -> Squares:
    """The mean squares of differences [S, n].

    clusters  [n] int: what is resampled together, such as the two queries of a fact, or the pictures of a patient;
              None: every column is an item
    classes   [n] int: the class of each item, where a metric gives every class the same weight, such as macro F1 or
              the area under the ROC curve: the few items of a rare class then have a large part of the variance, which
              is estimated within each class
    most      the most that one item can change; None: the largest difference there is

    Raises:
        ValueError: there are no values, shapes do not fit, or values are not finite.

    >>> made = of(np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 1.0]]), most=1.0)
    >>> round(made.mean, 3), round(made.seeds, 3), made.runs, made.units, made.differ
    (0.667, 0.222, 2, 3, 3)
    """
    differences = np.atleast_2d(np.asarray(differences, dtype=float))
    _check(differences, clusters)
    most = float(np.abs(differences).max()) if most is None else most
    ids, summed = _ids(differences, clusters), by_cluster(differences, clusters)
    made = _squares(summed, classes if summed.shape == differences.shape else None)
    return _with_pseudo_item(replace(made, differ=_count(differences != 0, ids)), differences, ids, most)


def crossed(
    differences: np.ndarray,
    clusters: np.ndarray | None = None,
    classes: np.ndarray | None = None,
    most: float | None = None,
) -> Squares:
    """The mean squares of differences [P, S, n], of P pre-trainings with S seeds each; or [S, n] as in `of`.

    Pre-trainings take the place of seeds: of each, the mean over its seeds. What the S seeds have in common for all of
    them is a part of the variance of its own, (MS_seeds - MS_together) / (P S) of their means over items. A single
    pre-training is given, and its seeds are seeds.
    """
    if differences.ndim < 3 or len(differences) == 1:
        return of(differences[0] if differences.ndim == 3 else differences, clusters, classes, most)
    made = of(differences.mean(1), clusters, classes, most)
    means = differences.mean(2)
    pretrainings, seeds = means.shape
    if seeds < 2 or pretrainings < 2:
        return made
    by_seed = means.mean(0) - means.mean()
    apart = means - means.mean(0) - means.mean(1, keepdims=True) + means.mean()
    together = (apart**2).sum() / ((pretrainings - 1) * (seeds - 1))
    shared = (pretrainings * (by_seed**2).sum() / (seeds - 1) - together) / (pretrainings * seeds)
    return replace(made, shared=max(0.0, float(shared)), shared_df=float(seeds - 1))


def over(
    differences: np.ndarray, factors: list[np.ndarray], classes: np.ndarray | None = None, most: float | None = None
) -> Squares:
    """The mean squares where items are alike in several ways that cross, as facts with common questions are.

    The variance of items is that of the first factor plus that of the second less that of the columns themselves, and
    never less than one of the two (Cameron, Gelbach and Miller 2011, "Robust inference with multiway clustering").

    factors  one or two of [n] int: what is resampled together; `units` counts those of the first
    """
    made = [crossed(differences, factor, classes, most) for factor in factors]
    largest = max(made, key=lambda each: each.items - each.both)
    if len(made) == 1:
        return largest
    alone = crossed(differences, None, classes, most)
    parts = [max(0.0, each.items - each.both) for each in (*made, alone)]
    together = max(parts[0], parts[1], parts[0] + parts[1] - parts[2])
    return replace(largest, items=largest.both + together, units=made[0].units)


def differences(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """ours - theirs, where differences that are only rounding errors are 0; shapes are broadcast.

    >>> differences(np.array([[0.1 + 0.2]]), np.array([[0.3]])).tolist()
    [[0.0]]
    """
    made: np.ndarray = ours - theirs
    # a constant rounding error, as of 0.1 + 0.2 - 0.3, would otherwise be an interval of width zero above 0
    made[np.abs(made) <= _NOISE * np.maximum(np.abs(ours), np.abs(theirs))] = 0.0
    return made


def by_cluster(differences: np.ndarray, clusters: np.ndarray | None) -> np.ndarray:
    """[S, G] of [S, n]: the mean of all plus the sum over a cluster of differences from it, times G / n.

    Means over G are those over n. Without clusters, or if each has one item, differences are returned as they are.

    >>> by_cluster(np.array([[0.0, 1.0, 0.5, 0.5]]), np.array([0, 0, 1, 2])).tolist()
    [[0.5, 0.5, 0.5]]
    """
    ids = _ids(differences, clusters)
    sizes, mean = np.bincount(ids), differences.mean()
    if len(sizes) == len(ids):
        return differences
    sums = np.stack([np.bincount(ids, row, minlength=len(sizes)) for row in differences])
    made: np.ndarray = mean + (sums - mean * sizes) * len(sizes) / len(ids)
    return made


def _check(differences: np.ndarray, clusters: np.ndarray | None) -> None:
    shape = differences.shape
    if not differences.size or (clusters is not None and np.shape(clusters) != shape[1:]):
        raise ValueError(
            f"expected differences [S, n] and clusters [n], n > 0 (got {shape} and "
            f"{None if clusters is None else np.shape(clusters)})"
        )
    if not np.isfinite(differences).all():
        raise ValueError("expected finite values (got NaN or infinity)")


def _ids(differences: np.ndarray, clusters: np.ndarray | None) -> np.ndarray:
    """[n] int: the cluster of every column, from 0."""
    if clusters is None:
        return np.arange(differences.shape[1])
    return np.unique(clusters, return_inverse=True)[1].reshape(-1)


def _count(marked: np.ndarray, ids: np.ndarray) -> int:
    """The number of clusters in which an item is marked in any seed."""
    return len(np.unique(ids[marked.any(0)]))


def _squares(values: np.ndarray, classes: np.ndarray | None) -> Squares:
    runs, units = values.shape
    mean, scale = float(values.mean()), _NOISE * float(np.abs(values).max())
    by_seed, by_item = _exact(values.mean(1) - mean, scale), _exact(values.mean(0) - mean, scale)
    square, df = _item_square(by_item, classes)
    seeds = both = 0.0
    if runs > 1:
        seeds = float((by_seed**2).sum() / (runs - 1))
        left = _exact(values - mean - by_seed[:, None] - by_item, scale)
        both = float((left**2).sum() / ((runs - 1) * max(units - 1, 1) * units))
    return Squares(mean, seeds, _per_unit(square, runs, units), both, runs, units, df, units)


def _exact(deviations: np.ndarray, scale: float) -> np.ndarray:
    """Deviations, 0 where they are only rounding errors: sides that no seed changes have no seed noise at all."""
    return np.where(np.abs(deviations) > scale, deviations, 0.0)


def _per_unit(square: float, runs: int, units: int) -> float:
    """B / n of a sum of squares of items."""
    return runs * square / (max(units - 1, 1) * units)


def _with_pseudo_item(made: Squares, differences: np.ndarray, ids: np.ndarray, most: float) -> Squares:
    """With one more item, which differs by the most there is, where few items tell how much items differ.

    Few are those that differ from 0, or from what most items have: with 29 of 30 items equal the spread is that of one,
    whether those are 0 or 1.
    """
    usual = np.median(differences, axis=1, keepdims=True)
    apart = np.abs(differences - usual) > _NOISE * np.abs(differences).max()
    if min(made.differ, _count(apart, ids)) >= _FEW:
        return made
    return replace(made, items=made.items + _per_unit(most**2, made.runs, made.units))


def _item_square(by_item: np.ndarray, classes: np.ndarray | None) -> tuple[float, float]:
    """The sum of squares of items, and its degrees of freedom by their kurtosis: about two for each that differs."""
    square, fourth, units = float((by_item**2).sum()), float((by_item**4).sum()), len(by_item)
    spread = fourth - square**2 / units
    # without any spread there is the pseudo item alone, which is one that differs
    df = min(units - 1.0, 2.0 if square == 0 else 2 * square**2 / spread if spread > 0 else np.inf)
    if classes is not None:
        sums, counts = np.bincount(classes, by_item**2), np.bincount(classes)
        sums, counts = sums[counts > 0], counts[counts > 0]
        # within a class n_c - 1 of n_c squares are free; the spread of a single item is not known
        sums = sums * np.where(counts > 1, counts / np.maximum(counts - 1, 1), 4.0)
        square, parts = float(sums.sum()), float((sums**2 / np.maximum(counts - 1, 1)).sum())
        df = min(df, square**2 / parts) if parts > 0 else df
    return square, max(df, 1.0)
