"""Reading tables of the user (TSV, CSV, Parquet), with the line number of every row for messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path
from typing import Any

from relxfer.errors import DataError
from relxfer.store import bounded, delimited, parquet


@dataclass(frozen=True)
class Table:
    """A table of texts.

    path   the file
    rows   rows of equal width, including the header; cells have no white space around them
    lines  line number of each row, from 1; in a Parquet file the number of the row, and 0 for the column names
    """

    path: Path
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]

    def where(self, row: int) -> str:
        """The file and the line of a row, for messages."""
        return f"{self.path}:{self.lines[row]}"

    def columns(self) -> dict[str, list[str]]:
        """Name -> cells of each column; the first row has the names.

        Raises:
            DataError: a name is empty, or occurs twice.
        """
        names = self.rows[0]
        for name in names:
            if not name or names.count(name) > 1:
                got = f"{name!r} {names.count(name)} times" if name else "an empty one"
                raise DataError(f"{self.where(0)}: expected a different name for every column, got {got}; rename it")
        return {name: [row[i] for row in self.rows[1:]] for i, name in enumerate(names)}


def read(path: Path, what: str, loose: bool = False) -> Table:
    """Read a table.

    A .csv file is separated by commas or semicolons, any other text file by tabs; a .parquet file is Parquet.

    Args:
        path: the file.
        what: what the table contains, for messages.
        loose: skip lines at the beginning that start with # or %; split lines at white space if there are no tabs.

    Raises:
        DataError: it cannot be read, is empty, or its rows differ in width.
    """
    if not path.exists():
        raise DataError(f"expected a table of {what}, got {path}, which does not exist; correct the path")
    if path.suffix.lower() == ".parquet":
        return _parquet(path, what)
    try:
        records = [(row, line) for row, line in _records(path, _text(path, what), loose) if any(row)]
    except delimited.BadQuotes as error:
        raise DataError(
            f"expected a table of {what}, got {path}, which cannot be read ({error}); save it again"
        ) from None
    if loose:
        # only at the beginning, because further down a name may start like this
        records = list(dropwhile(lambda each: each[0][0].startswith(("#", "%")), records))
    if not records:
        raise DataError(f"expected a header and {what} in {path}, got an empty file; name another file")
    width = len(records[0][0])
    for row, line in records:
        if len(row) != width:
            raise DataError(f"{path}:{line}: expected {width} columns as in the first row, got {len(row)}; correct it")
    return Table(path, [row for row, _ in records], [line for _, line in records])


def _text(path: Path, what: str) -> str:
    try:
        return bounded.text(path)
    except OSError as error:
        raise DataError(f"expected a table of {what}, got {path}, which cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}:{line}: expected UTF-8 text, got other bytes; save it as UTF-8") from None


def _records(path: Path, text: str, loose: bool) -> Iterator[tuple[list[str], int]]:
    """Yield the cells of each line, and the number of the line."""
    if loose and path.suffix.lower() != ".csv" and "\t" not in text:
        yield from ((line.split(), number) for number, line in enumerate(text.splitlines(), 1))
        return
    first = text.lstrip().partition("\n")[0]
    separator = ("," if "," in first or ";" not in first else ";") if path.suffix.lower() == ".csv" else delimited.TAB
    yield from delimited.rows(text, separator)


def _parquet(path: Path, what: str) -> Table:
    columns = parquet.read(path)
    if not columns:
        raise DataError(f"expected columns of {what} in {path}, got none; name another file")
    rows = zip(*columns.values(), strict=True)
    cells = [list(columns), *([_cell(value) for value in row] for row in rows)]
    return Table(path, cells, range(len(cells)))


def _cell(value: Any) -> str:
    """A value as a text file would have it.

    Null is empty. 1.0 is "1", because a column of whole numbers with nulls is stored as floats.
    """
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
