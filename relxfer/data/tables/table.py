"""A table of texts, with the line of every row for messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from relxfer.data.tables.column import Column
from relxfer.errors import DataError

#: How a separator is called in a sentence.
SEPARATORS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "pipes", " ": "white space"}


@dataclass(frozen=True)
class Table:
    """A table of n rows.

    place      the file, or what stands for it in messages
    columns    [n] texts each, without white space around them
    names      of the columns; None: nothing names them
    lines      line of each row, from 1; where there are no lines, the number of the row
    notes      sentences: what was guessed, and on which evidence
    separator  between columns; None where the format has none
    last       the role of the last column, where rows themselves say it; see `relxfer.data.tables.braces`

    >>> table = Table.of("facts", {"head": ["Rome"], "tail": ["Italy"]})
    >>> table.where(0), list(table.row(0)), list(table.named()["tail"])
    ('facts:1', ['Rome', 'Italy'], ['Italy'])
    """

    place: str
    columns: tuple[Column, ...]
    names: tuple[str, ...] | None
    lines: Sequence[int] | np.ndarray
    notes: tuple[str, ...] = ()
    separator: str | None = None
    last: str = ""

    @classmethod
    def of(cls, place: str, columns: Mapping[str, Iterable[str]]) -> Table:
        """The table of columns by name."""
        made = tuple(Column.of(cells) for cells in columns.values())
        return cls(place, made, tuple(columns), range(1, len(made[0]) + 1 if made else 1))

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.columns)

    def where(self, row: int) -> str:
        """The place and the line of a row, for messages."""
        return f"{self.place}:{self.lines[row]}"

    def row(self, row: int) -> list[str]:
        """The cells of a row."""
        return [column[row] for column in self.columns]

    def called(self, column: int) -> str:
        """How a column is called in messages: by its name, else by its number from 1."""
        return repr(self.names[column]) if self.names and self.names[column] else f"column {column + 1}"

    def named(self) -> dict[str, Column]:
        """Name -> column.

        Raises:
            DataError: nothing names the columns, a name is empty, or one occurs twice.
        """
        if self.names is None:
            raise DataError(f"{self.place}: expected names of columns in the first line, got none; add a header")
        for name in self.names:
            if not name or self.names.count(name) > 1:
                got = f"{name!r} {self.names.count(name)} times" if name else "an empty one"
                raise DataError(f"{self.place}: expected a different name for every column, got {got}; rename it")
        return dict(zip(self.names, self.columns, strict=True))

    def without(self, rows: np.ndarray) -> Table:
        """The table without these rows, bool [n]."""
        if not rows.any():
            return self
        kept = np.flatnonzero(~rows)
        lines = np.asarray(self.lines)[kept]
        return replace(self, columns=tuple(column.rows(kept) for column in self.columns), lines=lines)

    def noted(self, *notes: str) -> Table:
        """The table with more notes."""
        return replace(self, notes=(*self.notes, *notes))
