"""How labelled pictures are arranged: by what they hold, so that neither names nor the order of rows decide a split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relxfer_vision.files.labelled import Labelled
from relxfer_vision.pictures.images import Images


@dataclass(frozen=True)
class Arrangement:
    """All pictures of a data set.

    places  [n] int: the place of each row in an order that depends on the pictures alone, and on what equal ones are
            said to be of
    groups  [n] int: the group of each row, one for equal pictures and for those that the user groups; groups are
            numbered in this order
    """

    places: np.ndarray
    groups: np.ndarray

    @classmethod
    def of(cls, images: Images, splits: Mapping[str, Labelled]) -> Arrangement:
        """Of the pictures of all splits one after the other; further ones have no label."""
        labels = [label for labelled in splits.values() for label in zip(*labelled.cells.values(), strict=True)]
        labels += [()] * (len(images) - len(labels))
        order = sorted(range(len(images)), key=lambda row: (images.key(row), labels[row], images.names[row]))
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order))
        return cls(places, _joined(images.first_equal, _named(splits), places))

    def sorted(self, rows: np.ndarray) -> np.ndarray:
        """Rows in this order."""
        return rows[np.argsort(self.places[rows])]

    @property
    def grouped(self) -> np.ndarray | None:
        """The groups; None where every picture is one."""
        return self.groups if len(np.unique(self.groups)) < len(self.groups) else None


def _named(splits: Mapping[str, Labelled]) -> list[str]:
    """The name of the group of each row; empty where it has none."""
    return [name for labelled in splits.values() for name in labelled.groups or [""] * len(labelled)]


def _joined(first: np.ndarray, named: Sequence[str], places: np.ndarray) -> np.ndarray:
    """The group of each row: what is equal, or named alike, is in one. A group points to its row of the first place.

    >>> _joined(np.array([0, 1, 1, 3]), ["x", "x", "", ""], np.array([3, 2, 1, 0])).tolist()
    [1, 1, 1, 0]
    """
    above = list(range(len(first)))

    def top(row: int) -> int:
        while above[row] != row:
            above[row] = row = above[above[row]]
        return row

    earliest: dict[str, int] = {}
    links = [(row, int(other)) for row, other in enumerate(first)]
    links += [(row, earliest.setdefault(name, row)) for row, name in enumerate(named) if name]
    for pair in links:
        one, other = sorted(map(top, pair), key=lambda row: places[row])
        above[other] = one
    tops = np.array([places[top(row)] for row in range(len(first))], np.int64)
    return np.unique(tops, return_inverse=True)[1].reshape(-1)
