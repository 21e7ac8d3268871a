"""The split of labelled pictures for which the user gives none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.errors import DataError
from relxfer.plan.whole_groups import drawn_whole


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
        test = drawn_whole(labels, groups, self.test_fraction, self.seed, names, least=1)
        return np.setdiff1d(np.arange(len(labels)), test), test
