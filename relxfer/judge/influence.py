"""Metrics that are no means over queries, as one contribution of each query: value + influence.

The influence of query i on a statistic T is n times the derivative of T by the weight of i (Hampel 1974); influences
sum to 0, so that the contributions have T itself as their mean, and their resampled mean varies as T does to first
order (the infinitesimal jackknife; for the area under the ROC curve, DeLong et al. 1988).
"""

from __future__ import annotations

import numpy as np

from relxfer.judge.ranking import TOLERANCE

#: Stands for infinity; twice as much is still a number.
_HUGE = 1e300
#: Where all scores are small, they tie within this share of the largest.
_SMALL = 1e-3


def macro_f1(predicted: np.ndarray, answers: np.ndarray, n_classes: int) -> np.ndarray:
    """[n]: of the mean over classes of N_c / D_c, N = 2 TP and D = 2 TP + FP + FN; classes nowhere seen are left out.

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
    """[n]: of the mean over the classes that occur, but not alone, of the area under the ROC curve of their softmax.

    scores [n, C] logits; ties count half. Where no class has both sides, .5.

    >>> float(auc(np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 0.0]]), np.array([0, 1, 0])).mean().round(6))
    1.0
    """
    odds = _log_odds(scores)
    found = [
        binary_auc(odds[:, c], answers == c) for c in range(scores.shape[1]) if 0 < (answers == c).sum() < len(answers)
    ]
    return np.mean(found, axis=0) if found else np.full(len(answers), 0.5)


def binary_auc(scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """[n]: of the share of pairs (positive, negative) in order. scores [n], positive [n] bool with both sides.

    Ties count half: see `tie_bounds`.

    >>> float(binary_auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])).mean())
    0.75
    """
    n, ours = len(scores), int(positive.sum())
    placed = np.empty(n)
    placed[positive] = _below(scores[positive], scores[~positive])
    placed[~positive] = 1 - _below(scores[~positive], scores[positive])
    value = placed[positive].mean()
    return value + (placed - value) * n / np.where(positive, ours, n - ours)


def average_precision(scores: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """[n]: of the mean over positives of the share of positives among the queries that score at least as high.

    scores [n], positive [n] bool with at least one.

    >>> float(average_precision(np.array([3.0, 2.0, 1.0]), np.array([True, False, True])).mean().round(6))
    0.833333
    """
    n, ours = len(scores), int(positive.sum())
    order = np.argsort(-scores, kind="stable")
    ranked, hit = scores[order], positive[order].astype(float)
    low, high = tie_bounds(ranked, ranked)
    last = np.searchsorted(-ranked, -low, side="right")  # at least as high, ties included
    found, all_ = np.cumsum(hit)[last - 1], last.astype(float)
    precision = found / all_
    value = float((hit * precision).sum() / ours)
    # a positive at or below k in the ranking has k among those above it
    first = np.searchsorted(-ranked, -high, side="left")
    gains = np.concatenate([np.cumsum((hit / all_)[::-1])[::-1], [0.0]])[first]
    costs = np.concatenate([np.cumsum((hit * found / all_**2)[::-1])[::-1], [0.0]])[first]
    change = hit * (precision - value) + hit * gains - costs
    contributions = np.empty(n)
    contributions[order] = value + n * change / ours
    return contributions


def tie_bounds(scores: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[n], [n]: the least and the greatest score that ties with each of `scores`, among these and `others`.

    As ranks have it, a tie is |s - t| <= `ranking.TOLERANCE`, for float noise must order nothing; pair by pair, so that
    a chain of ties need not tie its ends. Of scores beyond 1 it is a share of the larger one, for so grows their noise,
    and where all are small at most a thousandth of the largest, for they may differ by less than the tolerance.

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
    """Of every score the share of the others that are below it, half of those that tie."""
    ranked = np.sort(others.astype(np.float64))
    low, high = tie_bounds(scores, others)
    return (np.searchsorted(ranked, low, "left") + np.searchsorted(ranked, high, "right")) / (2 * len(others))


def _log_odds(scores: np.ndarray) -> np.ndarray:
    """[n, C]: s_c - log sum over the others of exp(s), which orders queries as the softmax does and never saturates."""
    scores = np.clip(scores.astype(np.float64), -_HUGE, _HUGE)  # infinities have no difference
    nothing = np.full((len(scores), 1), -np.inf)
    left = np.logaddexp.accumulate(scores, axis=1)[:, :-1]
    right = np.logaddexp.accumulate(scores[:, ::-1], axis=1)[:, ::-1][:, 1:]
    return scores - np.logaddexp(np.hstack([nothing, left]), np.hstack([right, nothing]))
