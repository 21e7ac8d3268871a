"""The choice among finished models that several rules rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

#: Rule -> its score of a candidate; None if it has none.
Scores = Mapping[str, float | None]


def ranked(candidates: Sequence[Scores]) -> tuple[list[str], list[float]]:
    """The rules that score every candidate, and the mean rank of each candidate over them; none without rules.

    >>> ranked([{"a": 0.1, "b": 5.0}, {"a": 0.2, "b": 7.0}, {"a": 0.9, "b": 6.0}])
    (['a', 'b'], [1.0, 2.5, 2.5])
    >>> ranked([{"a": 1.0, "b": None}, {"a": 2.0, "b": 0.0}])
    (['a'], [1.0, 2.0])
    """
    rules = [name for name in candidates[0] if all(each.get(name) is not None for each in candidates)]
    scores = np.array([[each[rule] for each in candidates] for rule in rules], float)
    return rules, mean_ranks(scores).tolist() if rules else []


def told(rules: Sequence[str]) -> str:
    """The rules in words.

    >>> told(["im"]), told(["class-shares", "mixval"])
    ('im', 'vote of class-shares, mixval')
    """
    return f"vote of {', '.join(rules)}" if len(rules) > 1 else rules[0]


def mean_ranks(scores: np.ndarray) -> np.ndarray:
    """[K]: the mean rank of each candidate over R rules, from 1, the lowest score; equal scores share a mean rank.

    The order is that of Borda's count (1781).

    scores  [R, K]: what R rules give K candidates, each on a scale of its own; NaN ranks below all numbers

    >>> mean_ranks(np.array([[0.1, 0.2, 0.9], [5.0, 7.0, 6.0]])).tolist()
    [1.0, 2.5, 2.5]
    """
    ranks: np.ndarray = np.mean([_ranks(row) for row in scores], axis=0)
    return ranks


def _ranks(scores: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    ranks: np.ndarray = rankdata(np.where(np.isnan(scores), -np.inf, scores))
    return ranks
