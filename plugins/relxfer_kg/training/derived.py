"""New relations derived from those of a graph, so that a model is trained on more relations than the data have."""

from __future__ import annotations

import numpy as np

#: The most relations derived for one graph.
_MOST = 4
#: Probability that a derived relation is a composition; otherwise it is a copy.
_COMPOSED = 0.7
#: The most facts of a derived relation: this share of the graph's facts, or this number if that is more.
_SHARE, _FEW = 1 / 8, 50
#: A derived relation with fewer facts is dropped.
_LEAST = 4
#: The most second steps taken from the end of one first step.
_FANOUT = 8
#: The share of the derived facts that are kept is drawn between this and 1: in real graphs rules have exceptions, and
#: facts are missing.
_KEPT = 0.4


def derived_facts(facts: np.ndarray, relations: int, rng: np.random.Generator) -> np.ndarray:
    """Facts of one to four new relations; each is a sample of the composition of two relations, or of a copy of one.

    A composition is the rule ``new(x, z) <- r(x, y), s(y, z)`` (x and z differ), a copy ``new(x, y) <- r(x, y)``; r and
    s may be inverses, so that a copy may be reversed. Relations with more facts are drawn more often.

    Args:
        facts: [n, 3] (head, relation, tail).
        relations: how many the graph has; the new ones are numbered from there.
        rng: source of randomness.

    Returns:
        [m, 3], distinct; m may be 0.

    >>> line = np.array([[i, i % 2, i + 1] for i in range(60)])
    >>> new = derived_facts(line, 2, np.random.default_rng(3))
    >>> np.unique(new[:, 1]).tolist(), sorted(set((new[:, 2] - new[:, 0]).tolist()))  # two steps back, one forward
    ([2, 3, 4], [-2, 1])
    """
    head, kind, tail = facts.T
    edges = np.concatenate([head, tail]), np.concatenate([kind, kind + relations]), np.concatenate([tail, head])
    most = max(_FEW, int(len(facts) * _SHARE))
    new: list[np.ndarray] = []
    for _ in range(rng.integers(1, _MOST + 1)):
        pairs = _pairs(edges, most, rng)
        pairs = rng.permutation(np.unique(pairs, axis=0))
        pairs = pairs[: min(most, int(len(pairs) * rng.uniform(_KEPT, 1)))]
        if len(pairs) >= _LEAST:
            new.append(np.insert(pairs, 1, relations + len(new), axis=1))
    return np.concatenate(new) if new else facts[:0]


def _pairs(edges: tuple[np.ndarray, ...], most: int, rng: np.random.Generator) -> np.ndarray:
    """Pairs of entities [k, 2] of one new relation, possibly repeated."""
    head, kind, tail = edges
    of = kind == kind[rng.integers(len(kind))]
    x, y = head[of], tail[of]
    if rng.random() >= _COMPOSED:
        return np.stack([x, y], 1)
    some = rng.permutation(len(x))[:most]
    x, y = x[some], y[some]
    onwards = np.flatnonzero(np.isin(head, y))  # never empty: it contains the inverse of the first step
    second = np.flatnonzero(kind == kind[onwards[rng.integers(len(onwards))]])
    second = second[np.argsort(head[second], kind="stable")]
    start, end = (np.searchsorted(head[second], y, side) for side in ("left", "right"))
    path = np.repeat(np.arange(len(x)), np.minimum(end - start, _FANOUT))
    z = tail[second[start[path] + rng.integers(0, (end - start)[path])]]
    return np.stack([x[path], z], 1)[x[path] != z]
