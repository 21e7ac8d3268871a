"""The split of labelled pictures for which the user gives none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.errors import DataError
from relxfer.plan.stratify import stratified


@dataclass(frozen=True)
class RandomSplit:
    """Stratified: of every class a share, at least one picture, is the test; at least one is left.

    >>> train, test = RandomSplit(0.2, seed=0).of(np.repeat([0, 1], 5), ("cat", "dog"))
    >>> len(train), len(test)
    (8, 2)
    """

    test_fraction: float = 0.2
    seed: int = 0

    def of(self, labels: np.ndarray, classes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Places in `labels` [n] of the training pictures and of those of the test, in order.

        Raises:
            DataError: a class has one picture.
        """
        for number, name in enumerate(classes):
            if (labels == number).sum() == 1:
                raise DataError(f"expected at least two pictures of {name!r}, one for the test, got 1; add some")
        test = stratified(labels, self.test_fraction, self.seed, classes, both_sides=True)
        return np.setdiff1d(np.arange(len(labels)), test), test

    def of_all(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The same for so many pictures without classes.

        Raises:
            DataError: there are fewer than two.
        """
        if count < 2:
            raise DataError(f"expected at least two pictures with answers, one for the test, got {count}; add some")
        test = stratified(np.zeros(count, np.int64), self.test_fraction, self.seed, both_sides=True)
        return np.setdiff1d(np.arange(count), test), test

    def sentence(self, count: int, of: str = "every class") -> str:
        """For the report, on a test of so many pictures."""
        share = f"{self.test_fraction:.0%} of {of}, {count:,} pictures"
        return f"split here: {share}, are the test (seed {self.seed})"
