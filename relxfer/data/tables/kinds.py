"""What kind of text a cell is: a number, a missing value, or a name of some shape."""

from __future__ import annotations

import re
from collections.abc import Callable

from relxfer.data.tables.column import Column

#: How tables write a missing value, in lower case.
MISSING = frozenset({"", "?", "-", "#n/a", "na", "n/a", "nan", "none", "null", "nil", "<na>"})
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_DATE = re.compile(r"[+-]?\d{4,}-\d{2}(?:-\d{2})?(?:[T ]\d{2}:\d{2}.*)?Z?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_RUNS = ((re.compile(r"\d+"), "9"), (re.compile(r"[^\W\d_]+"), "a"))


def is_number(cell: str) -> bool:
    """Whether a cell is a number, with a decimal point or comma.

    >>> [is_number(cell) for cell in ("1", "-1.5e3", "0,5", "1a", "")]
    [True, True, True, False, False]
    """
    return _NUMBER.fullmatch(cell) is not None


def is_date(cell: str) -> bool:
    """Whether a cell is a date, with or without a time.

    >>> [is_date(cell) for cell in ("2020-01-31", "2020-01-31 12:00:05", "31.1.2020", "2020", "")]
    [True, True, True, False, False]
    """
    return _DATE.fullmatch(cell) is not None


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value.

    >>> [is_missing(cell) for cell in ("", "NaN", "None", "Nan Goldin")]
    [True, True, True, False]
    """
    return cell.lower() in MISSING


def numeric(column: Column, share: float = 0.95) -> bool:
    """Whether the cells of a column are numbers, but for a few, and missing values; at least one is.

    >>> numeric(Column.of(["1", "2.5", "NA"])), numeric(Column.of(["1", "b"]))
    (True, False)
    """
    return _mostly(column, is_number, share)


def measured(column: Column, share: float = 0.95) -> bool:
    """Whether the cells of a column are numbers, or dates, and so say something of a row and name nothing.

    >>> measured(Column.of(["2020-01-31", "NA"])), measured(Column.of(["1", "2.5"])), measured(Column.of(["a"]))
    (True, True, False)
    """
    return _mostly(column, is_number, share) or _mostly(column, is_date, share)


def _mostly(column: Column, is_one: Callable[[str], bool], share: float) -> bool:
    found = filled = 0
    for value, count in zip(column.values, column.counts.tolist(), strict=True):
        if not is_missing(value):
            filled += count
            found += count * is_one(value)
    return bool(found) and found >= share * filled


def shape(cell: str) -> str:
    """The letters of a cell as `a` and its digits as `9`, runs as one: what identifiers of a kind have in common.

    >>> shape("/m/01x_9"), shape("Q42"), shape("Rome")
    ('/a/9a_9', 'a9', 'a')
    """
    for run, mark in _RUNS:
        cell = run.sub(mark, cell)
    return cell
