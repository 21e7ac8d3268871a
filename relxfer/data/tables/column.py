"""A column of texts, of which each different one is held once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np


@dataclass(frozen=True, eq=False)
class Column(Sequence[str]):
    """n cells. Ten million of them take forty megabytes and their different texts.

    codes   [n] int32, the place of each cell in `values`
    values  the different texts, without white space around them, in the order in which they first occur

    >>> column = Column.of(["b", "a", "b"])
    >>> list(column), column.values, column.codes.tolist(), column.counts.tolist()
    (['b', 'a', 'b'], ['b', 'a'], [0, 1, 0], [2, 1])
    """

    codes: np.ndarray
    values: Sequence[str]

    @classmethod
    def of(cls, cells: Iterable[str]) -> Column:
        """The column of these cells; white space around them is lost."""
        coder = Coder()
        coder.add(cells)
        return coder.column()

    @classmethod
    def exact(cls, cells: Iterable[str]) -> Column:
        """The column of these cells as they are, white space included."""
        known: dict[str, int] = {}
        codes = np.array([known.setdefault(cell, len(known)) for cell in cells], np.int32)
        return cls(codes, list(known))

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self.values[code] for code in self.codes[row].tolist()]
        return self.values[int(self.codes[row])]

    def __iter__(self) -> Iterator[str]:
        return map(self.values.__getitem__, self.codes.tolist())

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each of `values` occurs."""
        return np.bincount(self.codes, minlength=len(self.values))

    @cached_property
    def distinct(self) -> frozenset[str]:
        """The different texts."""
        return frozenset(self.values)

    def rows(self, chosen: np.ndarray) -> Column:
        """The column of these rows: places, or bool [n]; `values` are those that occur in them."""
        codes = self.codes[chosen]
        kept, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        order = np.argsort(first, kind="stable")
        place = np.empty(len(kept), np.int32)
        place[order] = np.arange(len(kept), dtype=np.int32)
        return Column(place[inverse.reshape(-1)], [self.values[code] for code in kept[order].tolist()])

    def below(self) -> Column:
        """The column without its first row, whose text is no value any more where it does not occur again.

        >>> Column.of(["name", "a", "b", "a"]).below().values
        ['a', 'b']
        """
        if not len(self.codes) or self.counts[0] > 1:
            return Column(self.codes[1:], self.values)
        return Column(self.codes[1:] - 1, self.values[1:])


class Coder:
    """Makes a column of cells that come piece by piece."""

    def __init__(self) -> None:
        self._codes = array("i")
        self._known: dict[str, int] = {}

    def add(self, cells: Iterable[str]) -> None:
        known = self._known
        self._codes.extend([known.setdefault(cell, len(known)) for cell in cells])

    def column(self) -> Column:
        """The column of all cells so far."""
        codes = np.frombuffer(self._codes, np.int32) if self._codes else np.empty(0, np.int32)
        return recoded(codes, list(self._known))


def recoded(codes: np.ndarray, values: Sequence[str]) -> Column:
    """A column whose values lose the white space around them; those that are equal then are one."""
    plain: dict[str, int] = {}
    places = np.array([plain.setdefault(value.strip(), len(plain)) for value in values], np.int32)
    return Column(codes if len(plain) == len(values) else places[codes], list(plain))
