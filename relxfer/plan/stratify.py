"""Drawing the same share of every class at random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def stratified(
    labels: np.ndarray, share: float, seed: int, names: Sequence[str] | None = None, both_sides: bool = False
) -> np.ndarray:
    """Row numbers to hold out, ascending: this share of every class, drawn at random.

    labels      [n] int: classes; rows with a negative label belong to no class and are never held out
    share       from 0 to 1
    seed        decides, with class and share, which rows of a class are drawn
    names       of the classes; they seed the random numbers of each class. None: the number of the class does
    both_sides  hold out at least one row, and leave at least one, of every class with two rows or more

    >>> import numpy as np
    >>> stratified(np.repeat([0, 1, -1], 4), 0.5, 0).shape
    (4,)
    >>> stratified(np.repeat([0, 1], 2), 0.1, 0, both_sides=True).shape
    (2,)
    """
    import numpy as np

    from relxfer.seeding import generator

    held_out = [np.zeros(0, np.int64)]
    for number in np.unique(labels[labels >= 0]).tolist():
        rows = np.flatnonzero(labels == number)
        count = round(len(rows) * share)
        if both_sides and len(rows) > 1:
            count = min(max(1, count), len(rows) - 1)
        rng = generator(seed, "split", number if names is None else names[number])
        held_out.append(rng.permutation(rows)[:count])
    return np.sort(np.concatenate(held_out))
