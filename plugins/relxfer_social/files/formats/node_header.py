"""Whether the first row of a table of nodes names its columns, which the names in the edges tell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from relxfer.contract.query import Query
from relxfer.data.tables.column import Column
from relxfer.data.tables.kinds import is_number, numeric
from relxfer.data.tables.queried import queried
from relxfer.data.tables.reading import Expected, read
from relxfer.data.tables.roles import by_heading
from relxfer.data.tables.table import Table
from relxfer_social.headings import NODE


def read_headed(path: Path | Query, ends: Collection[str]) -> Table:
    """The table in a file, or of a query, with a name for every column.

    The first row of a file is a node where the edges name it, whatever it looks like; where they do not, by its
    content.

    ends  the names in the edges; empty: not known

    Raises:
        DataError: it cannot be read.
    """
    if isinstance(path, Query):
        return queried(path, "nodes", [NODE.name])
    table = read(path, Expected("nodes", [NODE]))
    if table.names is None:
        return read(path, Expected("nodes", [NODE], header=True)) if _names(table, ends) else _called(table)
    if by_heading(table.names, [NODE]) or not set(table.names) & set(ends):
        return table
    other = read(path, Expected("nodes", [NODE], header=False))
    return table if other.names or other.row(0)[_fitting(other.columns, ends)] not in ends else _called(other)


def _names(table: Table, ends: Collection[str]) -> bool:
    """Whether a first row that is no header by its looks is one: no node, and no cell occurs again or is a number."""
    first, below = table.row(0) if len(table) else [], [column.below() for column in table.columns]
    if not first or len(table) < 2:
        return True  # a header alone, which is told
    node = _fitting(below, ends)
    if first[node] in ends:
        return False
    if not first[node] or by_heading(first, [NODE]):
        return True
    if numeric(below[node]) != is_number(first[node]):
        return not is_number(first[node])
    if any(not is_number(cell) and cell in column.distinct for cell, column in zip(first, below, strict=True)):
        return False
    return not any(map(is_number, first)) or (not is_number(first[node]) and below[node].distinct <= set(ends))


def _fitting(columns: Sequence[Column], ends: Collection[str]) -> int:
    """The place of the column with most names of the edges, each of them once."""
    known = set(ends)

    def shared(place: int) -> int:
        column = columns[place]
        return len(column.distinct & known) if len(column.values) == len(column) else 0

    return max(range(len(columns)), key=shared)


def _called(table: Table) -> Table:
    """With names that say what its columns are, so far as their places do."""
    names = ["node", *(f"column_{number}" for number in range(2, table.width + 1))]
    if table.width > 1 and (table.width == 2 or _label_last(table)):
        names[-1] = "label"
    shown = ", ".join(names if len(names) <= 6 else [*names[:3], "...", names[-1]])
    told = f"of {table.place}, the first row is a node, since no header names the columns; they are called {shown}"
    return replace(table, names=tuple(names)).noted(told)


def _label_last(table: Table) -> bool:
    """Whether the last of many columns holds names, those between it and the node numbers."""
    *between, last = table.columns[1:]
    return not numeric(last) and all(map(numeric, between))
