"""A table that is split where it is wider than the terminal, so that nothing in it is cut."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from relxfer.report.table import table

#: Spaces between columns.
_GAP = 2
#: The least width that a column of names is folded to.
_LEAST = 12


@dataclass(frozen=True)
class SplitTable:
    """A table whose columns stand in several tables below each other where one is too wide.

    keys     names of the first columns, which stand in each table; their cells are wrapped where there is little room
    columns  names of the others, none of which is ever cut
    rows     a cell for each column, the keys first
    title    shown above the first table
    right    the columns that are aligned to the right
    spare    the columns that are left out where they would need a table of their own, since nothing rests on them
    """

    keys: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[str | Text]]
    title: str = ""
    right: Container[str] = ()
    spare: Container[str] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.tables(options.max_width)

    def tables(self, width: int) -> Iterator[Table]:
        """The tables for a terminal of this width."""
        head = [*self.keys, *self.columns]
        widths = [max(map(_width, column)) for column in zip(head, *self.rows, strict=True)]
        keys, own = widths[: len(self.keys)], widths[len(self.keys) :]
        parts = list(_parts(keys, own, width))
        needed = [part for part in parts if any(self.columns[i] not in self.spare for i in part[0])]
        for number, (chosen, folded) in enumerate(needed or parts[:1]):
            places = [*range(len(keys)), *(len(keys) + i for i in chosen)]
            made = table([head[i] for i in places], self.title if number == 0 else "")
            for column, i in zip(made.columns, places, strict=True):
                column.width = folded[i] if i < len(keys) else widths[i]
                column.no_wrap, column.overflow = False, "fold"
                column.justify = "right" if head[i] in self.right else "left"
            for row in self.rows:
                made.add_row(*(row[i] for i in places))
            yield made


def _parts(keys: Sequence[int], own: Sequence[int], width: int) -> Iterator[tuple[list[int], list[int]]]:
    """The columns of each table, with the widths of the keys there."""
    least = sum(min(key, _LEAST) + _GAP for key in keys)
    left = list(range(len(own)))
    while True:
        chosen: list[int] = []
        while left and (not chosen or least + sum(own[i] + _GAP for i in [*chosen, left[0]]) - _GAP <= width):
            chosen.append(left.pop(0))
        yield chosen, _folded(keys, width - sum(own[i] + _GAP for i in chosen))
        if not left:
            return


def _folded(keys: Sequence[int], room: int) -> list[int]:
    """Widths of keys that fit into a room: the widest give way first."""
    made = list(keys)
    while made and sum(made) + _GAP * (len(made) - 1) > room and max(made) > 1:
        made[made.index(max(made))] -= 1
    return made


def _width(cell: str | Text) -> int:
    return max(map(cell_len, (cell.plain if isinstance(cell, Text) else cell).split("\n")))
