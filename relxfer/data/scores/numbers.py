"""From the text of a cell to a score."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.column import Column
from relxfer.data.tables.kinds import is_missing, is_number

RIGHT = frozenset({"true", "yes", "correct", "right", "pass", "passed", "t", "y", "c"})
WRONG = frozenset({"false", "no", "incorrect", "wrong", "fail", "failed", "f", "n", "i"})


def number(cell: str) -> float | None:
    """A number, with a decimal point or comma, or a word for right (1) or wrong (0); None: it is neither.

    >>> [number(cell) for cell in ("0.5", "0,5", "True", "incorrect", "nan", "seven")]
    [0.5, 0.5, 1.0, 0.0, None, None]
    """
    if is_number(cell):
        value = float(cell.replace(",", "."))
        return value if math.isfinite(value) else None
    word = cell.casefold()
    return 1.0 if word in RIGHT else 0.0 if word in WRONG else None


def plain(value: Any) -> float | None:
    """The number that a value of JSON is; None: it is none, or not finite.

    >>> plain(True), plain(0.5), plain("1"), plain(10**400), plain(float("nan"))
    (1.0, 0.5, None, None, None)
    """
    if not isinstance(value, bool | int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def numbers(column: Column, place: str, lines: np.ndarray, bad: BadRowList) -> np.ndarray:
    """[n] float: the scores of a column; NaN where there is none, which `bad` is told with the line."""
    by_value = [number(value) for value in column.values]
    made = np.array([math.nan if value is None else value for value in by_value], float)[column.codes]
    for row in np.flatnonzero(np.isnan(made)).tolist():
        got = "an empty cell" if not column[row] else "no value" if is_missing(column[row]) else ""
        bad.add(place, int(lines[row]), f"expected a score, got {got or repr(column[row][:60])}")
    return made
