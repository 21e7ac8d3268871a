"""p adjusted for how many questions are asked at once."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """p adjusted so that a wrong claim among all of them has a chance of at most alpha (Holm 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    total, reached = len(p_values), 0.0
    adjusted = [0.0] * total
    for rank, i in enumerate(sorted(range(total), key=lambda i: p_values[i])):
        reached = max(reached, min(1.0, (total - rank) * p_values[i]))
        adjusted[i] = reached
    return adjusted


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """q: the share of wrong claims to expect among all that have a p at most as large (Benjamini and Hochberg 1995).

    >>> [round(q, 3) for q in false_discovery([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    total, least = len(p_values), 1.0
    q = [0.0] * total
    for rank, i in reversed(list(enumerate(sorted(range(total), key=lambda i: p_values[i]), 1))):
        least = min(least, p_values[i] * total / rank)
        q[i] = least
    return q
