"""A table of pictures: a column `file`, and columns with answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from relxfer.authoring import tables
from relxfer.errors import DataError, did_you_mean
from relxfer.store import bounded, delimited

FILE, LABEL = "file", "label"


@dataclass(frozen=True)
class PictureTable:
    """A table of n pictures.

    path     the table
    files    of the pictures, as it names them
    columns  name -> cells [n] of every other column
    lines    line of each picture, in a Parquet file the number of the row
    """

    path: Path
    files: Sequence[str]
    columns: dict[str, Sequence[str]]
    lines: Sequence[int]

    def where(self, row: int) -> str:
        """The place of a picture in the table, for messages."""
        return f"{self.path}:{self.lines[row]}"

    def take(self, rows: Sequence[int]) -> PictureTable:
        """These rows of it."""
        columns: dict[str, Sequence[str]] = {n: [cells[row] for row in rows] for n, cells in self.columns.items()}
        return PictureTable(self.path, [self.files[row] for row in rows], columns, [self.lines[row] for row in rows])

    def chosen(self, names: Sequence[str]) -> dict[str, Sequence[str]]:
        """These columns, or without any the column `label`.

        Raises:
            DataError: there is none.
        """
        for name in names:
            if name not in self.columns:
                raise DataError(
                    f"{self.path}: expected a column {name!r}, got none: {did_you_mean(name, list(self.columns))}"
                )
        return {name: self.columns[name] for name in names or (LABEL,)}


def read_table(path: Path, labelled: bool = True) -> PictureTable:
    """Read a .csv, .tsv or .parquet file; the names of `file` and `label` may be in upper case.

    labelled  whether it must have a column `label`

    Raises:
        DataError: it cannot be read, has no column `file` or no row, or a row names no file.
    """
    head, rows = _parquet(path) if path.suffix.lower() == ".parquet" else _text(path)
    lower = [name.lower() for name in head]
    if FILE not in lower or (labelled and LABEL not in lower):
        wanted = "the columns file and label" if labelled else "the column file"
        got = ", ".join(head)[:80] or "nothing"
        raise DataError(f"expected {wanted} in the first line of {path}, got: {got}; name them")
    if len(set(lower)) < len(lower):
        raise DataError(f"expected a name of its own for every column of {path}, got one twice; rename it")
    if not rows:
        raise DataError(f"expected a file and a label in each line of {path}, got none; add some")
    columns = dict(zip(head, zip(*(cells for cells, _ in rows), strict=True), strict=True))
    for row, file in enumerate(files := columns.pop(head[lower.index(FILE)])):
        if not file:
            got = f"no file in line {rows[row][1]}"
            raise DataError(f"expected a file and a label in each line of {path}, got {got}; fill it in, or delete it")
    named: dict[str, Sequence[str]] = {LABEL if name.lower() == LABEL else name: c for name, c in columns.items()}
    return PictureTable(path, files, named, [line for _, line in rows])


def _parquet(path: Path) -> tuple[list[str], list[tuple[Sequence[str], int]]]:
    table = tables.read(path, "pictures")
    return list(table.rows[0]), list(zip(table.rows[1:], table.lines[1:], strict=True))


def _text(path: Path) -> tuple[list[str], list[tuple[Sequence[str], int]]]:
    """The header, and the cells of each row with the line on which it begins; rows that are cut short are filled up."""
    try:
        text = bounded.text(path)
        first = (text.splitlines() or [""])[0]
        separator = next((mark for mark in ("\t", ",", ";") if mark in first), ",")
        rows = [(cells, line) for cells, line in delimited.rows(text, separator) if any(cells)]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"expected a table in UTF-8, got {path} ({error}); save it as UTF-8") from None
    except delimited.BadQuotes as error:
        raise DataError(f"expected a table, got {path}, which does not read ({error}); save it again") from None
    if not rows:
        return [], []
    head = rows[0][0]
    padding = [""] * len(head)
    return head, [((cells + padding)[: len(head)], line) for cells, line in rows[1:]]
