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


def edge_note(rows: np.ndarray, edges: np.ndarray, both: bool, duplicates: bool, loops: bool) -> str:
    """A phrase for the report: how these edges were made of these rows.

    >>> rows = np.array([[0, 1, 1], [1, 0, 1]])
    >>> edge_note(rows, edges_of(rows, 2, False, True, False), False, True, False)
    '2 edges of 3 rows, as the file has them, 1 loop dropped'
    """
    phrases = [f"{edges.shape[1]:,} edges of {rows.shape[1]:,} rows", "both ways" if both else "as the file has them"]
    looped = int((rows[0] == rows[1]).sum())
    if looped:
        phrases.append(f"{looped:,} loop{'s' * (looped > 1)} {'kept' if loops else 'dropped'}")
    if not duplicates:
        phrases.append("each pair once")
    return ", ".join(phrases)
