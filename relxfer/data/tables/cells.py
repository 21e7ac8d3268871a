"""From separated text to columns; rows that do not fit are gathered."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables import lines
from relxfer.data.tables.column import Coder, Column, recoded
from relxfer.data.tables.separators import Separation
from relxfer.store import delimited

#: From how many rows on pyarrow reads what it can read, where it is installed: it takes half the time and memory.
MANY = 1_000_000
_BLOCK = 1 << 15


@dataclass(frozen=True)
class Cells:
    """Columns, the line of each of their n rows, and what to tell the user."""

    columns: tuple[Column, ...]
    lines: Sequence[int] | np.ndarray
    notes: tuple[str, ...] = ()


def cells(text: str, how: Separation, place: str, bad: BadRowList, first: int = 1) -> Cells:
    """The cells of a text.

    A row with fewer cells than most is filled up with empty ones, since spreadsheets cut empty ones off. One with more
    is bad, where those are not empty. Empty rows are passed over.

    first  the line on which the text begins

    Raises:
        BadQuotes: quotes are not balanced.
    """
    return _by_arrow(text, how, first) or _by_rows(text, how, place, bad, first)


def _by_rows(text: str, how: Separation, place: str, bad: BadRowList, first: int) -> Cells:
    coders, numbers, short = [Coder() for _ in range(how.width)], array("q"), array("q")
    read = _fitting(lines.rows(text, how.separator, how.quotes), how, place, bad, first, short)
    while block := list(islice(read, _BLOCK)):
        for coder, column in zip(coders, zip(*(row for row, _ in block), strict=True), strict=True):
            coder.add(column)
        numbers.extend([line for _, line in block])
    told = [f"{len(short):,} rows of {place} are cut short, such as line {line}" for line in short[:1]]
    notes = tuple(f"{each}: their last cells are empty" for each in told)
    rows = np.frombuffer(numbers, np.int64) if numbers else np.empty(0, np.int64)
    return Cells(tuple(coder.column() for coder in coders), rows, notes)


def _fitting(
    read: Iterable[lines.Row], how: Separation, place: str, bad: BadRowList, first: int, short: array[int]
) -> Iterator[lines.Row]:
    """The rows of the right width; lines of those that had to be filled up go to `short`, but for the first row."""
    width, begun = how.width, False
    for row, line in read:
        if len(row) != width or not row[0]:
            if not any(row):
                continue
            if any(row[width:]):
                bad.add(place, line + first - 1, f"expected {width} columns as in most rows, got {shown(row)}")
                continue
            if len(row) < width and begun:
                short.append(line + first - 1)
            row = [*row, *[""] * width][:width]
        begun = True
        yield row, line + first - 1


def shown(row: Sequence[str], most: int = 120) -> str:
    """The cells of a row, for messages: how many, and what they are.

    >>> shown(["a", "b"])
    '2: a, b'
    """
    text = ", ".join(row)
    return f"{len(row)}: {text if len(text) <= most else text[: most - 3] + '...'}"


def _by_arrow(text: str, how: Separation, first: int) -> Cells | None:
    """By pyarrow, where that gives the same: many rows without quotes, apostrophes or empty lines."""
    plain = how.separator in (delimited.TAB, ",", ";", "|") and '"' not in text and "\r" not in text.replace("\r\n", "")
    marked = how.separator != delimited.TAB and "'" in text
    if not plain or marked or text.count("\n") < MANY or "\n\n" in text or "\n\r\n" in text or text[0] in "\r\n":
        return None
    try:
        import pyarrow as pa
        from pyarrow import csv
    except ImportError:
        return None
    names = [str(i) for i in range(how.width)]
    kinds = dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string()))
    try:
        table = csv.read_csv(
            pa.BufferReader(text.encode()),
            csv.ReadOptions(column_names=names, use_threads=False),
            csv.ParseOptions(delimiter=how.separator, quote_char=False, ignore_empty_lines=False),
            csv.ConvertOptions(column_types=kinds, strings_can_be_null=False, null_values=[]),
        )
    except pa.ArrowInvalid:  # a row of another width: it is told, or left out
        return None
    columns = tuple(_column(table[name]) for name in names)
    return _without_empty(columns, first)


def _column(chunks: object) -> Column:
    whole = chunks.unify_dictionaries().combine_chunks()  # type: ignore[attr-defined]
    codes = whole.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return recoded(codes, whole.dictionary.to_pylist())


def _without_empty(columns: tuple[Column, ...], first: int) -> Cells:
    numbers = np.arange(first, first + len(columns[0]))
    empty = np.ones(len(numbers), bool)
    for column in columns:
        place = column.values.index("") if "" in column.distinct else -1
        empty &= column.codes == place
    if not empty.any():
        return Cells(columns, range(first, first + len(numbers)))
    kept = np.flatnonzero(~empty)
    return Cells(tuple(column.rows(kept) for column in columns), numbers[kept])
