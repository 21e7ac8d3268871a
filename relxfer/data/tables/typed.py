"""Tables whose cells have types: Parquet files, and frames in memory. They become what a text file would have."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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
    return _table(place, list(columns), list(columns.values()), told)


def is_frame(value: Any) -> bool:
    """Whether a value is a frame of pandas or polars, or a table of pyarrow."""
    return hasattr(value, "columns") and hasattr(value, "shape") and hasattr(value, "__getitem__")


def of_frame(frame: Any, place: str) -> Table:
    """The table of a frame, column by column, so that no number loses digits beside others.

    Columns that are numbered, as pandas does by itself, have no names.

    >>> import pandas as pd
    >>> list(of_frame(pd.DataFrame({"id": [2**53 + 1], "weight": [0.5]}), "frame").columns[0])
    ['9007199254740993']
    """
    names = list(getattr(frame, "column_names", None) or frame.columns)
    columns = [_values(frame, place) for place in range(len(names))]
    return _table(place, names if all(isinstance(name, str) for name in names) else None, columns, ())


def _values(frame: Any, place: int) -> list[Any]:
    if hasattr(frame, "iloc"):
        return frame.iloc[:, place].tolist()
    if hasattr(frame, "column_names"):
        return frame.column(place).to_pylist()
    return frame.to_series(place).to_list()


def _table(place: str, names: Sequence[str] | None, columns: Sequence[list[Any]], notes: Iterable[str]) -> Table:
    told = list(notes)
    for number, column in enumerate(columns):
        if any(isinstance(value, float) and _EXACT < abs(value) < math.inf for value in column):
            told.append(
                f"{(names[number] if names else number)!r} of {place} holds whole numbers above 2^53 as floating "
                "point, where neighbours are equal: store them as integers or as text"
            )
    made = tuple(Column.of(map(_cell, column)) for column in columns)
    rows = len(made[0]) if made else 0
    given = None if names is None else tuple(name.strip() for name in names)
    return Table(place, made, given, range(1, rows + 1), tuple(told))


def _cell(value: Any) -> str:
    """A value as a text file would have it.

    Null is empty. 1.0 is "1", because a column of whole numbers with nulls is stored as floats.
    """
    if isinstance(value, str):
        return value.strip()
    if value is None or value != value or str(value) == "<NA>":
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
