"""Core numbers in time linear in the number of links. Importing this imports numba (a second)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


def _compiled(function: Any) -> Any:
    """njit, kept on disk where a cache may be written."""
    try:
        return njit(cache=True)(function)
    except RuntimeError:
        return njit(function)


@_compiled
def core_numbers(indptr: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """[V] int64 of a simple undirected network in CSR, by taking away the node with the fewest neighbours left, again
    and again (Batagelj and Zaversnik 2003).

    `order` holds the nodes by their degree, `starts[d]` the place of the first of degree d. A node that loses a
    neighbour changes places with the first of its degree, which then begins one place later.
    """
    count = len(indptr) - 1
    degree = indptr[1:].astype(np.int64) - indptr[:-1]
    most = 0
    for node in range(count):
        most = max(most, degree[node])
    starts = np.zeros(most + 2, np.int64)
    for node in range(count):
        starts[degree[node] + 1] += 1
    for d in range(1, most + 2):
        starts[d] += starts[d - 1]
    order, place, free = np.empty(count, np.int64), np.empty(count, np.int64), starts.copy()
    for node in range(count):
        place[node] = free[degree[node]]
        order[place[node]] = node
        free[degree[node]] += 1
    for turn in range(count):
        node = order[turn]
        for edge in range(indptr[node], indptr[node + 1]):
            other = indices[edge]
            if degree[other] > degree[node]:
                d = degree[other]
                first = order[starts[d]]
                here = place[other]
                order[here], order[starts[d]] = first, other
                place[first], place[other] = here, starts[d]
                starts[d] += 1
                degree[other] -= 1
    return degree
