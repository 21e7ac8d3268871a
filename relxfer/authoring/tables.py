"""The user's tables: TSV, CSV and Parquet, with the line of every row for messages."""

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
    """Rows of cells, all of the same width, without white space around cells.

    lines  the line of each row in the file, from 1; in a Parquet file the number of the row, and 0 for the column names
    """

    path: Path
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]

    def where(self, row: int) -> str:
        """The place of a row, for messages."""
        return f"{self.path}:{self.lines[row]}"

    def columns(self) -> dict[str, list[str]]:
        """The columns, by the names in the first row.

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
    """Read a table from .csv (commas or semicolons), .parquet, or any other text (tabs).

    what   what the table holds, for messages
    loose  skip lines at the beginning that start with # or %, and where there are no tabs, split at white space

    Raises:
        DataError: it cannot be read, is empty, or its rows differ in width.
    """
    if not path.exists():
        raise DataError(f"expected a table of {what}, got {path}, which does not exist")
    if path.suffix.lower() == ".parquet":
        return _parquet(path, what)
    try:
        found = [(row, line) for row, line in _records(path, _text(path, what), loose) if any(row)]
    except delimited.BadQuotes as error:
        raise DataError(
            f"expected a table of {what}, got {path}, which cannot be read ({error}); save it again"
        ) from None
    if loose:
        # only at the beginning: further down, a name may begin like this
        found = list(dropwhile(lambda each: each[0][0].startswith(("#", "%")), found))
    if not found:
        raise DataError(f"expected a header and {what} in {path}, got an empty file")
    width = len(found[0][0])
    for row, line in found:
        if len(row) != width:
            raise DataError(f"{path}:{line}: expected {width} columns as in the first row, got {len(row)}; correct it")
    return Table(path, [row for row, _ in found], [line for _, line in found])


def _text(path: Path, what: str) -> str:
    try:
        return bounded.text(path)
    except OSError as error:
        raise DataError(f"expected a table of {what}, got {path}, which cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}:{line}: expected UTF-8 text, got other bytes; save it as UTF-8") from None


def _records(path: Path, text: str, loose: bool) -> Iterator[tuple[list[str], int]]:
    """The cells of each line, and its number."""
    if loose and path.suffix.lower() != ".csv" and "\t" not in text:
        yield from ((line.split(), number) for number, line in enumerate(text.splitlines(), 1))
        return
    first = text.lstrip().partition("\n")[0]
    separator = ("," if "," in first or ";" not in first else ";") if path.suffix.lower() == ".csv" else delimited.TAB
    yield from delimited.rows(text, separator)


def _parquet(path: Path, what: str) -> Table:
    found = parquet.read(path)
    if not found:
        raise DataError(f"expected columns of {what} in {path}, got none")
    rows = zip(*found.values(), strict=True)
    cells = [list(found), *([_cell(value) for value in row] for row in rows)]
    return Table(path, cells, range(len(cells)))


def _cell(value: Any) -> str:
    """A cell as in a text file: empty for null, and 1 for 1.0, as which columns with gaps store whole numbers."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
