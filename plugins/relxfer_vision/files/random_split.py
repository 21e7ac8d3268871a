"""The split of labelled pictures for which the user gives none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.errors import DataError
from relxfer.seeding import generator


@dataclass(frozen=True)
class RandomSplit:
    """Stratified: of every class a share, at least one picture, is the test; at least one is left. Groups stay whole.

    >>> train, test = RandomSplit(0.2, seed=0).of(np.repeat([0, 1], 5), ("cat", "dog"), np.arange(10))
    >>> len(train), len(test)
    (8, 2)
    >>> train, test = RandomSplit(0.2, seed=0).of(np.repeat([0, 1], 8), ("cat", "dog"), np.arange(16) // 2)
    >>> len(train), len(test)
    (12, 4)
    """

    test_fraction: float = 0.2
    seed: int = 0

    def of(self, labels: np.ndarray, classes: Sequence[str], groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places in `labels` [n] of the training pictures and of those of the test, in order.

        groups  [n] int

        Raises:
            DataError: the pictures of a class are of one group, or it has one.
        """
        for number, name in enumerate(classes):
            own = labels == number
            if own.any() and len(np.unique(groups[own])) == 1:
                got = f"{own.sum():,} that are equal or of one group" if own.sum() > 1 else "1"
                raise DataError(f"expected at least two pictures of {name!r}, one for the test, got {got}; add some")
        return self._drawn(labels, list(classes), groups)

    def of_all(self, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same for pictures without classes, of these groups [n].

        Raises:
            DataError: there are fewer than two groups.
        """
        count = len(np.unique(groups))
        if count < 2:
            raise DataError(f"expected at least two pictures with answers, one for the test, got {count}; add some")
        return self._drawn(np.zeros(len(groups), np.int64), [0], groups)

    def sentence(self, count: int, of: str = "every class") -> str:
        """For the report, on a test of so many pictures."""
        share = f"{self.test_fraction:.0%} of {of}, {count:,} pictures"
        return f"split here: {share}, are the test (seed {self.seed})"

    def _drawn(
        self, labels: np.ndarray, names: Sequence[str | int], groups: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Of each class groups in random order, those that fit into its share; without one that does, the smallest."""
        counts: dict[int, Counter[int]] = {}  # group -> class -> pictures
        for group, label in zip(groups.tolist(), labels.tolist(), strict=True):
            counts.setdefault(group, Counter())[label] += 1
        left = Counter(label for own in counts.values() for label in own)
        taken: Counter[int] = Counter()
        chosen: set[int] = set()

        def take(group: int) -> None:
            chosen.add(group)
            taken.update(counts[group])
            left.subtract(counts[group].keys())

        for label in np.unique(labels).tolist():
            rows = np.flatnonzero(labels == label)
            wanted = min(max(1, round(len(rows) * self.test_fraction)), len(rows) - 1)
            drawn = generator(self.seed, "split", names[label]).permutation(rows)
            order = [group for group in dict.fromkeys(groups[drawn].tolist()) if group not in chosen]
            for group in order:
                if taken[label] + counts[group][label] <= wanted and _spared(counts[group], left):
                    take(group)
            able = [group for group in order if _spared(counts[group], left)]
            if not taken[label] and able:
                take(min(able, key=lambda group: counts[group][label]))
        test = np.isin(groups, list(chosen))
        return np.flatnonzero(~test), np.flatnonzero(test)


def _spared(group: Counter[int], left: Counter[int]) -> bool:
    """Whether each class of a group has another group that is left."""
    return all(left[label] > 1 for label in group)
