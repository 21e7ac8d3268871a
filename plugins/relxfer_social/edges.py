"""Edges of a network from the rows of a file."""

from __future__ import annotations

import numpy as np


def edges_of(rows: np.ndarray, count: int, both: bool, duplicates: bool, loops: bool) -> np.ndarray:
    """[2, E] in order of (from, to), whatever the order of the rows.

    rows        [2, R], nodes below `count`
    both        every row and its reverse, a loop twice as well
    duplicates  keep pairs that stand several times
    loops       keep edges from a node to itself

    >>> rows = np.array([[1, 0, 2], [0, 1, 2]])
    >>> edges_of(rows, 3, both=True, duplicates=True, loops=False).tolist()
    [[0, 0, 1, 1], [1, 1, 0, 0]]
    >>> edges_of(rows, 3, both=True, duplicates=False, loops=True).tolist()
    [[0, 1, 2], [1, 0, 2]]
    """
    rows = rows.astype(np.int64)
    kept = rows if loops else rows[:, rows[0] != rows[1]]
    kept = np.concatenate([kept, kept[::-1]], axis=1) if both else kept
    pairs = kept[0] * count + kept[1]
    pairs = np.sort(pairs) if duplicates else np.unique(pairs)
    return np.stack([pairs // max(count, 1), pairs % max(count, 1)])


def weighted_edges(
    rows: np.ndarray, weights: np.ndarray | None, count: int, both: bool, duplicates: bool, loops: bool
) -> tuple[np.ndarray, np.ndarray | None]:
    """The same, and their weights [E] float32, of those of the rows [R]; None where all are 1.

    Where a pair stands once, its weight is the sum of those of its rows. With `both` an edge also gets the weights of
    rows of its reverse, unless every pair stands both ways with the same weight: then they are one link.

    >>> rows, weights = np.array([[1, 0, 0], [0, 1, 2]]), np.array([2.0, 3.0, 1.0])
    >>> edges, sums = weighted_edges(rows, weights, 3, both=True, duplicates=False, loops=True)
    >>> edges.tolist(), sums.tolist()
    ([[0, 0, 1, 2], [1, 2, 0, 0]], [5.0, 1.0, 5.0, 1.0])
    """
    if weights is None:
        return edges_of(rows, count, both, duplicates, loops), None
    kept = np.full(rows.shape[1], True) if loops else rows[0] != rows[1]
    source, to = rows[:, kept].astype(np.int64)
    codes, back, values = source * count + to, to * count + source, weights[kept].astype(np.float64)
    if duplicates:
        codes, values = (np.concatenate([codes, back]), np.tile(values, 2)) if both else (codes, values)
        order = np.lexsort((values, codes))
        codes, values = codes[order], values[order]
    else:
        codes, values = _summed(codes, values)
        if both:
            codes, values = _undirected(codes, values, count)
    edges = np.stack([codes // max(count, 1), codes % max(count, 1)])
    return edges, None if (values == 1).all() else values.astype(np.float32)


def _summed(codes: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each code once, in order, with the sum of its values, which are added in their own order, so that the order of
    rows changes no digit."""
    order = np.lexsort((values, codes))
    each, starts = np.unique(codes[order], return_index=True)
    return each, np.add.reduceat(values[order], starts) if len(each) else values


def _undirected(codes: np.ndarray, values: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes from * count + to and values, each once, with those of the reverse; a loop has none."""
    turned = codes % max(count, 1) * count + codes // max(count, 1)
    order = np.argsort(turned)
    if np.array_equal(turned[order], codes) and np.array_equal(values[order], values):
        return codes, values
    apart = turned != codes
    return _summed(np.concatenate([codes, turned[apart]]), np.concatenate([values, values[apart]]))


def edge_note(
    rows: np.ndarray,
    edges: np.ndarray,
    both: bool,
    duplicates: bool,
    loops: bool,
    weights: np.ndarray | None = None,
) -> str:
    """A phrase for the report: how these edges, with their weights if they have some, were made of these rows.

    >>> rows = np.array([[0, 1, 1], [1, 0, 1]])
    >>> edge_note(rows, edges_of(rows, 2, False, True, False), False, True, False)
    '2 edges of 3 rows, as the file has them, 1 loop dropped'
    """
    phrases = [f"{edges.shape[1]:,} edges of {rows.shape[1]:,} rows", "both ways" if both else "as the file has them"]
    looped = int((rows[0] == rows[1]).sum())
    if looped:
        phrases.append(f"{looped:,} loop{'s' * (looped > 1)} {'kept' if loops else 'dropped'}")
    if not duplicates:
        phrases.append("each pair once" + (", with the sum of its weights" if weights is not None else ""))
    if weights is not None:
        phrases.append(f"weights from {weights.min():.3g} to {weights.max():.3g}")
    return ", ".join(phrases)
