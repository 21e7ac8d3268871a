"""Tables whose cells have types, of Parquet files. They become what a text file would have."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from relxfer.data.tables.column import Column
from relxfer.data.tables.table import Table
from relxfer.store import parquet

#: Whole numbers from here on have neighbours that are equal as floating point.
_EXACT = 2**53


def read(path: Path, place: str) -> Table:
    """The table of a Parquet file; its lines are numbers of rows.

    Raises:
        DataError: it cannot be read.
    """
    refused = parquet.unreadable(path)
    columns = parquet.read(path, [name for name in parquet.names(path) if name not in refused])
    kinds = ", ".join(f"{name!r} ({kind})" for name, kind in list(refused.items())[:5])
    told = [f"of {place}, not read, since they hold no plain values: {kinds}"] * bool(refused)
    told += [
        f"{name!r} of {place} holds whole numbers above 2^53 as floating point, where neighbours are equal: store "
        "them as integers or as text"
        for name, column in columns.items()
        if any(isinstance(value, float) and _EXACT < abs(value) < math.inf for value in column)
    ]
    made = tuple(Column.of(map(_cell, column)) for column in columns.values())
    rows = len(made[0]) if made else 0
    return Table(place, made, tuple(name.strip() for name in columns), range(1, rows + 1), tuple(told))


def _cell(value: Any) -> str:
    """A value as a text file would have it.

    Null is empty. 1.0 is "1", because a column of whole numbers with nulls is stored as floats.
    """
    if isinstance(value, str):
        return value.strip()
    if value is None or value != value or str(value) == "<NA>":
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
