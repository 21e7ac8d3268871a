"""Drawing the same share of every class at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def stratified(labels: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Row numbers to hold out, ascending: this share of every class, drawn at random.

    labels      [n] int: classes; rows with a negative label belong to no class and are never held out
    share       from 0 to 1
    seed        decides, with class and share, which rows of a class are drawn

    >>> import numpy as np
    >>> stratified(np.repeat([0, 1, -1], 4), 0.5, 0).shape
    (4,)
    """
    import numpy as np

    from relxfer.seeding import generator

    held_out = [np.zeros(0, np.int64)]
    for number in np.unique(labels[labels >= 0]).tolist():
        rows = np.flatnonzero(labels == number)
        drawn = generator(seed, "split", number).permutation(rows)
        held_out.append(drawn[: round(len(rows) * share)])
    return np.sort(np.concatenate(held_out))
