"""Contributions of single queries to metrics that are not means over queries: value + influence.

The influence of query i on a statistic T is n times the derivative of T by the weight of i (Hampel 1974). Influences
sum to 0, so that the mean of the contributions is T, and under resampling it varies like T to first order (the
infinitesimal jackknife; for the area under the ROC curve, DeLong et al. 1988).
"""

from __future__ import annotations

import numpy as np

from relxfer.contract.metrics import ByInfluence
from relxfer.judge.metrics.ranking import TOLERANCE

#: Replaces infinity, so that sums and differences of two scores are finite.
_HUGE = 1e300
#: If all scores are small, they tie within this share of the largest one.
_SMALL = 1e-3


def split(contributions: np.ndarray, classes: np.ndarray | None = None, chance: float | None = None) -> ByInfluence:
    """Contributions [n], taken apart into the value of the metric and the influences; `ByInfluence` has the rest."""
    value = float(contributions.mean())
    return ByInfluence(value, contributions - value, classes, chance)


def macro_f1(predicted: np.ndarray, answers: np.ndarray, n_classes: int) -> np.ndarray:
    """[n] float: contributions to macro F1, the mean over classes of N_c / D_c, N = 2 TP and D = 2 TP + FP + FN.

    predicted [n] int and answers [n] int; classes that occur in neither are left out.

    >>> float(macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1]), 3).mean().round(6))
    0.666667
    """
    if not len(answers):
        return np.zeros(0)
    hit = predicted == answers
    total = np.bincount(answers, minlength=n_classes) + np.bincount(predicted, minlength=n_classes)
    there = total > 0
    f1 = np.zeros(n_classes)
    f1[there] = 2 * np.bincount(answers[hit], minlength=n_classes)[there] / total[there]
    each = np.zeros(n_classes)
    each[there] = 1 / total[there]
    # d(N_c / D_c) by the weight of i: (2 [y = p = c] - F_c ([y = c] + [p = c])) / D_c
    change = 2 * hit * each[answers] - (f1 * each)[answers] - (f1 * each)[predicted]
    return f1[there].mean() + len(answers) * change / there.sum()


def auc(scores: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """[n] float: contributions to the mean over classes of the area under the ROC curve of their softmax.

    scores [n, C] logits, answers [n] int. Ties count half. Classes with no query or all queries are left out; .5 if
    none is left.

    >>> float(auc(np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 0.0]]), np.array([0, 1, 0])).mean().round(6))
    1.0
    """
    odds = _log_odds(scores)
    by_class = [
        binary_auc(odds[:, c], answers == c) for c in range(scores.shape[1]) if 0 < (answers == c).sum() < len(answers)
    ]
    return np.mean(by_class, axis=0) if by_class else np.full(len(answers), 0.5)


def binary_auc(scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """[n] float: contributions to the area under the ROC curve, the share of pairs (positive, negative) in order.

    scores [n], positive [n] bool with both values. Ties, see `tie_bounds`, count half.

    >>> float(binary_auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])).mean())
    0.75
    """
    n, positives = len(scores), int(positive.sum())
    in_order = np.empty(n)  # the share of pairs with each query that are in order
    in_order[positive] = _below(scores[positive], scores[~positive])
    in_order[~positive] = 1 - _below(scores[~positive], scores[positive])
    value = in_order[positive].mean()
    return value + (in_order - value) * n / np.where(positive, positives, n - positives)


def average_precision(scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """[n] float: contributions to average precision.

    It is the mean over positives of the share of positives among the queries that score at least as high.

    scores [n], positive [n] bool with at least one.

    >>> float(average_precision(np.array([3.0, 2.0, 1.0]), np.array([True, False, True])).mean().round(6))
    0.833333
    """
    n, positives = len(scores), int(positive.sum())
    order = np.argsort(-scores, kind="stable")
    ranked, hit = scores[order], positive[order].astype(float)
    low, high = tie_bounds(ranked, ranked)
    last = np.searchsorted(-ranked, -low, side="right")  # queries at least as high, ties included
    hits_above, all_above = np.cumsum(hit)[last - 1], last.astype(float)
    precision = hits_above / all_above
    value = float((hit * precision).sum() / positives)
    # query k counts in the precision of every positive at or below it
    first = np.searchsorted(-ranked, -high, side="left")
    gains = np.concatenate([np.cumsum((hit / all_above)[::-1])[::-1], [0.0]])[first]
    costs = np.concatenate([np.cumsum((hit * hits_above / all_above**2)[::-1])[::-1], [0.0]])[first]
    change = hit * (precision - value) + hit * gains - costs
    contributions = np.empty(n)
    contributions[order] = value + n * change / positives
    return contributions


def tie_bounds(scores: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[n] and [n] float: the smallest and the largest score that tie with each of `scores`.

    As in ranks, two scores tie if |s - t| <= `ranking.TOLERANCE`, so that rounding errors order nothing. Ties are
    decided for each pair, so that the ends of a chain of ties need not tie. For scores beyond 1, the tolerance is a
    share of the larger one, because rounding errors grow with it. If all scores are small, it is at most a thousandth
    of the largest of them, because they may differ by less than the usual tolerance.

    scores  [n] float
    others  [m] float: the scores with which they are compared

    >>> [bound.tolist() for bound in tie_bounds(np.array([0.5]), np.array([3.0]))]
    [[0.49999], [0.50001]]
    """
    scores = scores.astype(np.float64)
    finite = np.concatenate([scores, others])
    finite = np.abs(finite[np.isfinite(finite)])
    least = min(TOLERANCE, _SMALL * float(finite.max(initial=0.0)))
    share = TOLERANCE * np.where(np.isfinite(scores), np.abs(scores), 0.0)
    wide = share / (1 - TOLERANCE)  # where the other one is the larger
    return (
        scores - np.maximum(least, np.where(scores < 0, wide, share)),
        scores + np.maximum(least, np.where(scores > 0, wide, share)),
    )


def _below(scores: np.ndarray, others: np.ndarray) -> np.ndarray:
    """[n] float: for each score, the share of the others that are below it; ties count half."""
    ranked = np.sort(others.astype(np.float64))
    low, high = tie_bounds(scores, others)
    return (np.searchsorted(ranked, low, "left") + np.searchsorted(ranked, high, "right")) / (2 * len(others))


def _log_odds(scores: np.ndarray) -> np.ndarray:
    """[n, C]: s_c - log sum over the other classes of exp(s): the same order as the softmax, without its saturation."""
    scores = np.clip(scores.astype(np.float64), -_HUGE, _HUGE)  # the difference of two infinities is NaN
    nothing = np.full((len(scores), 1), -np.inf)
    left = np.logaddexp.accumulate(scores, axis=1)[:, :-1]
    right = np.logaddexp.accumulate(scores[:, ::-1], axis=1)[:, ::-1][:, 1:]
    return scores - np.logaddexp(np.hstack([nothing, left]), np.hstack([right, nothing]))
