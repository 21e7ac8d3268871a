"""Runs that fail to train, which no interval of a mean gain can cover unless it has seen some of them."""

from __future__ import annotations

import numpy as np

from relxfer.judge.records import Failures, Share


def share(failed: int, runs: int, level: float = 0.95) -> Share:
    """The share of runs that fail, with its exact interval (Clopper and Pearson 1934).

    >>> share(0, 6)
    Share(failed=0, runs=6, low=0.0, high=0.459...)
    """
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = float(betaincinv(failed, runs - failed + 1, tail)) if failed else 0.0
    high = float(betaincinv(failed + 1, runs - failed, 1 - tail)) if failed < runs else 1.0
    return Share(failed, runs, low, high)


def of(ours: np.ndarray, theirs: np.ndarray) -> Failures | None:
    """The failures of two sides, [S] bool each; None if no run failed, or all of a side did.

    A side that always fails has one level, as a side that never does: its mean gain is what it is.
    """
    counted = [side if not side.all() else np.zeros_like(side) for side in (ours, theirs)]
    if not any(side.any() for side in counted):
        return None
    return Failures(*(share(int(side.sum()), len(side)) for side in counted))


def trained(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """[S] bool: the seeds with which both sides trained; shapes are broadcast.

    A side that fails in most of its runs is left as it is: that is what it does, such as a transfer that teaches the
    reverse. To leave these runs out would hide it.
    """
    sides = [np.zeros_like(side) if _mostly(side) else side for side in (ours, theirs)]
    made: np.ndarray = ~(sides[0] | sides[1])
    return made


def mostly(made: Failures) -> bool:
    """Whether a side fails in most of its runs."""
    return any(2 * side.failed > side.runs for side in (made.ours, made.theirs))


def _mostly(failed: np.ndarray) -> bool:
    return bool(2 * failed.sum() > len(failed))
