"""A part of every class, by seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def stratified(
    labels: np.ndarray, share: float, seed: int, names: Sequence[str] | None = None, both_sides: bool = False
) -> np.ndarray:
    """Rows held out, in order: of every class this share; what is drawn depends on seed, class and share alone.

    labels      [n] int; rows below 0 belong to no class and are never held out
    names       of the classes, by which their random numbers are drawn; None: their numbers
    both_sides  of a class with two rows or more, at least one is held out and one is left

    >>> import numpy as np
    >>> stratified(np.repeat([0, 1, -1], 4), 0.5, 0).shape
    (4,)
    >>> stratified(np.repeat([0, 1], 2), 0.1, 0, both_sides=True).shape
    (2,)
    """
    import numpy as np

    from relxfer.seeding import generator

    held = [np.zeros(0, np.int64)]
    for number in np.unique(labels[labels >= 0]).tolist():
        own = np.flatnonzero(labels == number)
        count = round(len(own) * share)
        if both_sides and len(own) > 1:
            count = min(max(1, count), len(own) - 1)
        held.append(generator(seed, "split", number if names is None else names[number]).permutation(own)[:count])
    return np.sort(np.concatenate(held))
