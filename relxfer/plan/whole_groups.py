"""Drawing a share of every class at random, where items of a group stay together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def drawn_whole(
    labels: np.ndarray, groups: np.ndarray, share: float, seed: int, names: Sequence[str] | None = None
) -> np.ndarray:
    """Row numbers to hold out, ascending: of each class groups in random order, as long as they fit into its share.

    Where none fits, the smallest is taken. Every class that has several groups keeps one. Rows without a class are not
    held out, so that a group may have some on both sides.

    labels  [n] int: classes; negative where a row has none
    groups  [n] int
    names   of the classes, which seed the random numbers of each; None: the number does

    >>> import numpy as np
    >>> drawn_whole(np.repeat([0, 1], 4), np.array([0, 0, 1, 1, 2, 2, 3, 3]), 0.5, seed=0).shape
    (4,)
    """
    import numpy as np

    from relxfer.seeding import generator

    known = np.flatnonzero(labels >= 0)
    held: dict[int, Counter[int]] = {}  # group -> class -> rows
    for group, label in zip(groups[known].tolist(), labels[known].tolist(), strict=True):
        held.setdefault(group, Counter())[label] += 1
    left = Counter(label for own in held.values() for label in own)
    taken: Counter[int] = Counter()
    chosen: dict[int, None] = {}

    def take(group: int) -> None:
        chosen[group] = None
        taken.update(held[group])
        left.subtract(held[group].keys())

    def spared(group: int) -> bool:
        return group not in chosen and all(left[label] > 1 for label in held[group])

    for label in np.unique(labels[known]).tolist():
        rows = np.flatnonzero(labels == label)
        wanted = round(len(rows) * share)
        order = generator(seed, "split", label if names is None else names[label]).permutation(rows)
        own = list(dict.fromkeys(groups[order].tolist()))
        for group in own:
            if taken[label] + held[group][label] <= wanted and spared(group):
                take(group)
        if wanted and not taken[label] and (able := list(filter(spared, own))):
            take(min(able, key=lambda group: held[group][label]))
    return known[np.isin(groups[known], list(chosen))]
