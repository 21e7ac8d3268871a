"""Columns of numbers with a decimal comma, as spreadsheets of many countries write them."""

from __future__ import annotations

import re

from relxfer.data.tables.column import Column
from relxfer.data.tables.kinds import is_missing

_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d+")
#: As thousands are written too, so that alone it says nothing.
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


def pointed(column: Column) -> Column | None:
    """The column with decimal points; None where its cells are not numbers with decimal commas, but for missing ones.

    Commas before three digits alone may separate thousands, so that such a column stays.

    >>> list(pointed(Column.of(["1,50", "2", "NA"])))
    ['1.50', '2', 'NA']
    >>> pointed(Column.of(["1,500", "2,000"])), pointed(Column.of(["1,5", "a"])), pointed(Column.of(["1.5", "2"]))
    (None, None, None)
    """
    given = [value for value in column.values if not is_missing(value)]
    commas = [value for value in given if _COMMA.fullmatch(value)]
    if not any(_THOUSANDS.fullmatch(value) is None for value in commas):
        return None
    if any(not _COMMA.fullmatch(value) and not _WHOLE.fullmatch(value) for value in given):
        return None
    return Column(column.codes, [value if is_missing(value) else value.replace(",", ".") for value in column.values])


def with_points(columns: dict[str, Column], place: str) -> tuple[dict[str, Column], list[str]]:
    """Columns by name, those with decimal commas with points, and a sentence on these."""
    changed = {name: made for name, column in columns.items() if (made := pointed(column)) is not None}
    named = ", ".join(map(repr, list(changed)[:10])) + " ..." * (len(changed) > 10)
    return columns | changed, [f"of {place}, with decimal commas: {named}"] if changed else []
