"""Facts as names, each different name held once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from relxfer.data.tables.column import Column


@dataclass(frozen=True, eq=False)
class Facts:
    """n facts.

    head, relation, tail  [n] names each
    notes                 sentences: what was guessed when they were read

    >>> facts = Facts.of([["Rome", "capital_of", "Italy"], ["Bonn", "in", "Germany"]])
    >>> len(facts), facts.tolist()[1], facts.ordered().tolist()[0]
    (2, ['Bonn', 'in', 'Germany'], ['Bonn', 'in', 'Germany'])
    """

    head: Column
    relation: Column
    tail: Column
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]] | np.ndarray) -> Facts:
        """From rows [head, relation, tail], or an array [n, 3]; names stay as they are."""
        array = rows if isinstance(rows, np.ndarray) else np.array([*map(tuple, rows)], dtype=object)
        return cls.over([Column.exact(column.tolist()) for column in array.reshape(-1, 3).T])

    @classmethod
    def over(cls, columns: Sequence[Column], notes: Iterable[str] = ()) -> Facts:
        """From the columns head, relation and tail."""
        head, relation, tail = columns
        return cls(head, relation, tail, tuple(notes))

    @classmethod
    def joined(cls, parts: Sequence[Facts]) -> Facts:
        """The facts of several, one after the other."""
        if len(parts) == 1:
            return parts[0]
        columns = [_joined([part.columns[i] for part in parts]) for i in range(3)]
        return cls.over(columns, dict.fromkeys(note for part in parts for note in part.notes))

    @property
    def columns(self) -> tuple[Column, Column, Column]:
        """Head, relation and tail."""
        return self.head, self.relation, self.tail

    def __len__(self) -> int:
        return len(self.head)

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        return zip(*self.columns, strict=True)

    def tolist(self) -> list[list[str]]:
        """Rows of names."""
        return [list(fact) for fact in self]

    def rows(self, chosen: np.ndarray) -> Facts:
        """These facts: their places, or bool [n]."""
        return self.over([column.rows(chosen) for column in self.columns], self.notes)

    def noted(self, *notes: str) -> Facts:
        """The same with more notes."""
        return replace(self, notes=(*self.notes, *notes))

    def ordered(self) -> Facts:
        """In the order of their names, so that the order of a file's rows decides nothing."""
        return self.rows(np.lexsort([_places(column) for column in reversed(self.columns)]))


def _places(column: Column) -> np.ndarray:
    """The place of each cell among the sorted names."""
    order = sorted(range(len(column.values)), key=column.values.__getitem__)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place[column.codes]


def _joined(columns: Sequence[Column]) -> Column:
    known: dict[str, int] = {}
    codes = []
    for column in columns:
        places = np.array([known.setdefault(value, len(known)) for value in column.values], np.int32)
        codes.append(places[column.codes])
    return Column(np.concatenate(codes), list(known))
