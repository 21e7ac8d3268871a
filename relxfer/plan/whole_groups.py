"""Groups of rows that are held out whole: a share of every class at random, or as a caller chooses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


class WholeGroups:
    """Which groups are held out, where every class keeps a group that is not.

    rows  group and class of each

    >>> groups = WholeGroups([(7, 0), (7, 1), (8, 0), (9, 1)])
    >>> groups.take(7)
    >>> groups.taken, groups.spared(8)
    (Counter({0: 1, 1: 1}), False)
    """

    def __init__(self, rows: Iterable[tuple[int, int]]):
        self.held: dict[int, Counter[int]] = {}  # group -> class -> rows
        for group, label in rows:
            self.held.setdefault(group, Counter())[label] += 1
        self.taken: Counter[int] = Counter()  # class -> rows that are held out
        self.chosen: set[int] = set()
        self._left = Counter(label for own in self.held.values() for label in own)  # class -> groups

    def spared(self, group: int) -> bool:
        """Whether a group can be held out: it is not yet, and each of its classes has another."""
        return group not in self.chosen and all(self._left[label] > 1 for label in self.held[group])

    def take(self, group: int) -> None:
        """Hold a group out."""
        self.chosen.add(group)
        self.taken.update(self.held[group])
        self._left.subtract(self.held[group].keys())


def drawn_whole(
    labels: np.ndarray,
    groups: np.ndarray,
    share: float,
    seed: int,
    names: Sequence[str | int] | None = None,
    least: int = 0,
) -> np.ndarray:
    """Row numbers to hold out, ascending: of each class groups in random order, as long as they fit into its share.

    Where none fits, the smallest is taken. Every class keeps a group. Rows without a class are not held out, so that a
    group may have some on both sides.

    labels  [n] int: classes; negative where a row has none
    groups  [n] int
    names   of the classes, which seed the random numbers of each; None: the number does
    least   rows that are the share of a small class

    >>> import numpy as np
    >>> drawn_whole(np.repeat([0, 1], 4), np.array([0, 0, 1, 1, 2, 2, 3, 3]), 0.5, seed=0).shape
    (4,)
    """
    import numpy as np

    from relxfer.seeding import generator

    known = np.flatnonzero(labels >= 0)
    whole = WholeGroups(zip(groups[known].tolist(), labels[known].tolist(), strict=True))
    for label in np.unique(labels[known]).tolist():
        rows = np.flatnonzero(labels == label)
        wanted = max(least, round(len(rows) * share))
        order = generator(seed, "split", label if names is None else names[label]).permutation(rows)
        own = list(dict.fromkeys(groups[order].tolist()))
        for group in own:
            if whole.taken[label] + whole.held[group][label] <= wanted and whole.spared(group):
                whole.take(group)
        if wanted and not whole.taken[label] and (able := list(filter(whole.spared, own))):
            whole.take(min(able, key=lambda group: whole.held[group][label]))
    return known[np.isin(groups[known], list(whole.chosen))]
