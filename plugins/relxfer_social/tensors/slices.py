"""Consecutive slices of a long list, so that what is made of one at a time stays small."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

#: Entries that are held at once.
ROOM = 2**21


def slices(sizes: np.ndarray, room: int = ROOM) -> Iterator[slice]:
    """Slices that cover the items in order, each with items of `room` entries in all, or a single larger one.

    sizes  [n]: entries that are made of each item

    >>> list(slices(np.array([1, 1, 5, 1]), room=2))
    [slice(0, 2, None), slice(2, 3, None), slice(3, 4, None)]
    """
    ends, start = np.cumsum(sizes), 0
    while start < len(sizes):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + room, "right")))
        yield slice(start, stop)
        start = stop
