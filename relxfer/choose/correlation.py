"""Rank correlation of a measure with gains, over pairs of source and target, with a permutation test."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np

#: The fewest pairs with which a rank correlation is meaningful.
FEWEST = 6
#: Up to 8! orders, the permutation test enumerates all of them; beyond, it draws this number.
_ENUMERATED, _DRAWN = math.factorial(8), 20_000
#: Correlations that differ by less than this, and values that differ by less than this share of the largest, count as
#: equal, because they may be equal in exact arithmetic.
_SLACK = 1e-9


@dataclass(frozen=True)
class Correlation:
    """A rank correlation with its permutation test.

    rho     Spearman's; within targets, that of ranks centred for each target
    tau     Kendall's tau-b; None within targets
    pairs   the number of pairs
    p       two-sided: the share of orders whose correlation is at least as far from 0, including the observed one
    needed  the smallest |rho| with p <= 0.05; None if no order is so rare
    orders  the number of orders that the test compared
    """

    rho: float
    tau: float | None
    pairs: int
    p: float
    needed: float | None
    orders: int


def overall(measure: Sequence[float], gain: Sequence[float]) -> Correlation | str:
    """The correlation over all pairs, or the reason why there is none. The test permutes the gains of all pairs.

    measure and gain have one value for each pair.

    >>> overall([1, 2, 3, 4, 5, 6], [2, 1, 3, 4, 5, 6]).rho
    0.9428571428571428
    >>> overall([1, 2], [1, 2])
    'too few pairs: 2, at least 6 are needed'
    """
    from scipy.stats import kendalltau

    block = np.arange(len(measure))[:, None]
    result = _correlated(_ranks(measure), _ranks(gain), [block])
    if isinstance(result, str):
        return result
    return replace(result, tau=float(kendalltau(_rounded(measure), _rounded(gain)).statistic))


def within_targets(
    measure: Sequence[float], gain: Sequence[float], sources: Sequence[str], targets: Sequence[str]
) -> Correlation | str:
    """The correlation of ranks among the sources of each target, or the reason why there is none.

    measure, gain, sources and targets have one value for each pair. Targets with a single source are left out.

    rho = sum_t <a_t, b_t> / sqrt(sum_t |a_t|^2 sum_t |b_t|^2), where a_t and b_t are the centred ranks of measure
    and gain among the sources of target t. The test permutes sources, for all targets with the same sources at once:
    a source that is good for one target is likely to be good for others, so that targets are not independent.

    >>> both = dict(sources=list("abcabc"), targets=list("xxxyyy"))
    >>> result = within_targets([1, 2, 3, 1, 2, 3], [1, 2, 3, 7, 8, 9], **both)
    >>> result.rho, result.orders, round(result.p, 3)
    (1.0, 6, 0.333)
    """
    blocks = list(_blocks(sources, targets))
    rows = np.concatenate([np.zeros(0, int), *(block.ravel() for block in blocks)])
    place = np.full(len(measure), -1)
    place[rows] = np.arange(len(rows))
    a, b = (_centred(np.asarray(values, float)[rows], np.asarray(targets)[rows]) for values in (measure, gain))
    return _correlated(a, b, [place[block] for block in blocks])


def _blocks(sources: Sequence[str], targets: Sequence[str]) -> Iterator[np.ndarray]:
    """[sources, targets] int: the rows of pairs, for each set of targets with the same two or more sources."""
    rows = {pair: row for row, pair in enumerate(zip(sources, targets, strict=True))}
    targets_of: dict[tuple[str, ...], list[str]] = {}
    for target in dict.fromkeys(targets):
        paired = tuple(source for source in dict.fromkeys(sources) if (source, target) in rows)
        targets_of.setdefault(paired, []).append(target)
    for paired, same in targets_of.items():
        if len(paired) > 1:
            yield np.array([[rows[source, target] for target in same] for source in paired])


def _ranks(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Ranks minus their mean; ties get their average rank."""
    from scipy.stats import rankdata

    ranks = rankdata(_rounded(values)) if len(values) else np.zeros(0)
    return ranks - ranks.mean() if len(ranks) else ranks


def _rounded(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Values as multiples of a small step, so that rounding errors break no tie."""
    array = np.asarray(values, float)
    return np.round(array / (_SLACK * (np.abs(array).max(initial=0) or 1)))


def _centred(values: np.ndarray, targets: np.ndarray) -> np.ndarray:
    ranks = np.zeros(len(values))
    for target in np.unique(targets):
        ranks[targets == target] = _ranks(values[targets == target])
    return ranks


def _correlated(a: np.ndarray, b: np.ndarray, blocks: Sequence[np.ndarray]) -> Correlation | str:
    """The correlation of centred ranks; the test permutes the rows inside every block."""
    if len(a) < FEWEST:
        return f"too few pairs: {len(a)}, at least {FEWEST} are needed"
    scale = math.sqrt((a @ a) * (b @ b))
    if not scale:
        return f"the {'gain' if a.any() else 'measure'} tells no source from another"
    orders = _orders(blocks, len(a))
    drawn = np.abs(b[orders] @ a) / scale
    rho = float(a @ b / scale)
    return Correlation(
        rho=rho,
        tau=None,
        pairs=len(a),
        p=float((drawn >= abs(rho) - _SLACK).mean()),
        needed=_needed(np.sort(drawn)),
        orders=len(orders),
    )


def _needed(ascending: np.ndarray) -> float | None:
    reaching = len(ascending) - np.searchsorted(ascending, ascending - _SLACK)
    rare = ascending[reaching <= 0.05 * len(ascending)]
    return float(rare[0]) if len(rare) else None


def _orders(blocks: Sequence[np.ndarray], count: int) -> np.ndarray:
    """[orders, count] int: all orders that permute rows inside blocks, or many random ones; the first is the given."""
    total = math.prod(math.factorial(len(block)) for block in blocks)
    if total <= _ENUMERATED:
        chosen = list(product(*(permutations(range(len(block))) for block in blocks)))
        picks = [np.array([choice[i] for choice in chosen]) for i in range(len(blocks))]
    else:
        rng = np.random.default_rng(0)
        picks = [_drawn(rng, len(block)) for block in blocks]
    orders = np.tile(np.arange(count), (len(picks[0]), 1))
    for block, pick in zip(blocks, picks, strict=True):
        orders[:, block.ravel()] = block[pick].reshape(len(pick), -1)
    return orders


def _drawn(rng: np.random.Generator, size: int) -> np.ndarray:
    given = np.arange(size)
    return np.concatenate([given[None], rng.permuted(np.tile(given, (_DRAWN, 1)), axis=1)])
