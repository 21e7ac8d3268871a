"""A table of pictures: a column `file`, and columns with answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.reading import Expected, read
from relxfer.data.tables.roles import Role, by_heading
from relxfer.errors import DataError, NotMine, did_you_mean
from relxfer_vision import headings

FILE, LABEL = "file", "label"
ROLES = (
    headings.FILE,
    Role.of(LABEL, "label", needed=False),
)


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
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int] | np.ndarray

    def where(self, row: int) -> str:
        """The place of a picture in the table, for messages."""
        return f"{self.path}:{self.lines[row]}"

    def take(self, rows: Sequence[int]) -> PictureTable:
        """These rows of it."""
        columns: dict[str, Sequence[str]] = {n: [cells[row] for row in rows] for n, cells in self.columns.items()}
        return PictureTable(
            self.path, [self.files[row] for row in rows], columns, [int(self.lines[row]) for row in rows]
        )

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
    """Read a table; the columns `file` and `label` may have another usual name, in upper or lower case.

    labelled  whether it must have a column `label`

    Raises:
        DataError: it cannot be read, has no column `file` or no row, or a row names no file.
    """
    table = read(path, Expected("pictures", ROLES, header=True))
    head = table.names or ()
    found = by_heading(head, ROLES)
    if FILE not in found or (labelled and LABEL not in found):
        wanted = "the columns file and label" if labelled else "the column file"
        got = ", ".join(head)[:80] or "nothing"
        told = f"expected {wanted} in the first line of {path}, got: {got}; name them"
        raise DataError(told) if any(map(_lists_files, table.columns)) else NotMine(told)
    if len({name.lower() for name in head}) < len(head):
        raise DataError(f"expected a name of its own for every column of {path}, got one twice; rename it")
    if not len(table):
        raise DataError(f"expected a file and a label in each line of {path}, got none; add some")
    files = table.columns[found[FILE]]
    bad = BadRowList("pictures")
    for row in [row for row, file in enumerate(files) if not file] if "" in files.distinct else []:
        bad.add(path, int(table.lines[row]), "expected the name of a file, got an empty cell")
    bad.settle()
    named = {_called(name): list(table.columns[place]) for place, name in enumerate(head) if place != found[FILE]}
    return PictureTable(path, list(files), named, table.lines)


def _lists_files(column: Sequence[str]) -> bool:
    """Whether cells are names of files with the ending of pictures."""
    from PIL import Image

    endings = tuple(Image.registered_extensions())
    return any(cell.lower().endswith(endings) for cell in column[:20])


def _called(name: str) -> str:
    return LABEL if name.lower() == LABEL else name
