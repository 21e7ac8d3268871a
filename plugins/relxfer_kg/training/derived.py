"""New relations that follow from those of a graph: more kinds of relations to train on than the data have."""

from __future__ import annotations

import numpy as np

#: Relations derived for one graph, at most.
_MOST = 4
#: Probability that one is a composition; else it is a copy.
_COMPOSED = 0.7
#: Facts of one: at most this share of the graph's, or so many.
_SHARE, _FEW = 1 / 8, 50
#: Facts below which a relation is not worth having.
_LEAST = 4
#: Second steps taken from the end of one first step, at most.
_FANOUT = 8
#: The share of what follows that is kept is drawn above this: rules have exceptions, and graphs have gaps.
_KEPT = 0.4


def derived(facts: np.ndarray, relations: int, rng: np.random.Generator) -> np.ndarray:
    """Facts of one to four new relations, each a composition of two relations of a graph or a copy of one, in part.

    A composition is the rule ``new(x, z) <- r(x, y), s(y, z)`` (x and z differ), a copy ``new(x, y) <- r(x, y)``; r and
    s may be inverses, so that a copy may be reversed. Relations with more facts are drawn more often.

    Args:
        facts: [n, 3] (head, relation, tail).
        relations: how many the graph has; the new ones are numbered from there.
        rng: source of randomness.

    Returns:
        [m, 3], distinct; m may be 0.

    >>> line = np.array([[i, i % 2, i + 1] for i in range(60)])
    >>> found = derived(line, 2, np.random.default_rng(3))
    >>> np.unique(found[:, 1]).tolist(), sorted(set((found[:, 2] - found[:, 0]).tolist()))  # two steps back, one on
    ([2, 3, 4], [-2, 1])
    """
    head, kind, tail = facts.T
    edges = np.concatenate([head, tail]), np.concatenate([kind, kind + relations]), np.concatenate([tail, head])
    most = max(_FEW, int(len(facts) * _SHARE))
    found: list[np.ndarray] = []
    for _ in range(rng.integers(1, _MOST + 1)):
        pairs = _pairs(edges, most, rng)
        pairs = rng.permutation(np.unique(pairs, axis=0))
        pairs = pairs[: min(most, int(len(pairs) * rng.uniform(_KEPT, 1)))]
        if len(pairs) >= _LEAST:
            found.append(np.insert(pairs, 1, relations + len(found), axis=1))
    return np.concatenate(found) if found else facts[:0]


def _pairs(edges: tuple[np.ndarray, ...], most: int, rng: np.random.Generator) -> np.ndarray:
    """What one new relation would hold: [k, 2], perhaps more than once."""
    head, kind, tail = edges
    of = kind == kind[rng.integers(len(kind))]
    x, y = head[of], tail[of]
    if rng.random() >= _COMPOSED:
        return np.stack([x, y], 1)
    some = rng.permutation(len(x))[:most]
    x, y = x[some], y[some]
    onwards = np.flatnonzero(np.isin(head, y))  # never empty: the way back is one
    second = np.flatnonzero(kind == kind[onwards[rng.integers(len(onwards))]])
    second = second[np.argsort(head[second], kind="stable")]
    start, end = (np.searchsorted(head[second], y, side) for side in ("left", "right"))
    path = np.repeat(np.arange(len(x)), np.minimum(end - start, _FANOUT))
    z = tail[second[start[path] + rng.integers(0, (end - start)[path])]]
    return np.stack([x[path], z], 1)[x[path] != z]
