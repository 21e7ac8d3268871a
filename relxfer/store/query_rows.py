"""Rows of a query on a database file of the user's: how many there may be, and what their cells may be."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from relxfer.errors import DataError
from relxfer.store import bounded

#: A query may have `FREE` rows, and `PER_BYTE` more for each byte of the database: a file cannot make it endless.
FREE = 2_000_000
PER_BYTE = 10
#: Whole numbers from here on are not told apart when they are held as floats.
_INEXACT = 2**53
_PLAIN = str | int | datetime.date | datetime.time | uuid.UUID


class QueryRows(NamedTuple):
    """Names of the columns, and the cells of each as text, of which equal ones are one object; empty for NULL."""

    names: tuple[str, ...]
    columns: tuple[list[str], ...]


def gathered(path: Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> QueryRows:
    """The rows of a query as columns of texts.

    Args:
        path: of the database, for its size and for messages.
        names: of the columns.
        rows: a value of Python for each column.

    Raises:
        DataError: there are more rows, or longer texts, than a file of that size can plausibly give, or a value that is
            no name, such as bytes.

    >>> import tempfile
    >>> database = Path(tempfile.mkdtemp()) / "x.sqlite"
    >>> _ = database.write_bytes(b"")
    >>> gathered(database, ["s", "n"], [("a", 1.0), ("b", None)]).columns
    (['a', 'b'], ['1', ''])
    """
    size = path.stat().st_size
    most, left = FREE + PER_BYTE * size, bounded.most_unpacked(size)
    columns: tuple[list[str], ...] = tuple([] for _ in names)
    known: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        if number > most:
            raise DataError(
                f"{path}: expected a query with at most {most:,} rows, for a file of {size:,} bytes, got more; add a "
                "condition or a LIMIT"
            )
        for cells, value in zip(columns, row, strict=True):
            text = value if type(value) is str else _text(value, path, number)
            if text not in known:
                left -= len(text)
                known[text] = text.strip()
            cells.append(known[text])
        if left < 0:
            raise DataError(
                f"{path}: expected a query whose texts are at most {bounded.RATIO} times as long as the file, got "
                "more; select shorter ones"
            )
    return QueryRows(tuple(names), columns)


def _text(value: Any, path: Path, row: int) -> str:
    if value is None:
        return ""
    if isinstance(value, float | decimal.Decimal):
        return _number(value, path, row)
    if isinstance(value, _PLAIN):
        return str(value)
    raise DataError(
        f"{path}: expected texts, numbers and dates, got {type(value).__name__} in row {row} of the query; convert it "
        "with CAST(... AS TEXT)"
    )


def _number(value: float | decimal.Decimal, path: Path, row: int) -> str:
    """A number as text, a whole one without digits behind the point: columns with NULL are often held as floats."""
    if value % 1 != 0:  # also of NaN and infinity
        return str(value)
    if isinstance(value, float) and abs(value) >= _INEXACT:
        raise DataError(
            f"{path}: expected whole numbers below 2^53 where they are held as floats, got {value!r} in row {row} of "
            "the query: others are rounded to the same; store them as INTEGER or as text"
        )
    return str(int(value))
