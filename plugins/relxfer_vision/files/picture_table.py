"""A table of pictures: a column of files, and columns with answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.files_below import FilesBelow
from relxfer.data.tables.decimals import with_points
from relxfer.data.tables.reading import Expected, read
from relxfer.data.tables.roles import Role, by_heading
from relxfer.data.tables.table import Table
from relxfer.errors import DataError, NotMine, did_you_mean
from relxfer_vision import headings
from relxfer_vision.pictures import folders

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
    notes    sentences: what was guessed
    """

    path: Path
    files: Sequence[str]
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int] | np.ndarray
    notes: Sequence[str] = ()

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

    Where no heading tells, the column that names pictures that are there is the file. A first line that does so too is
    no header: the only other column then is the label, and of several each is called by its number.

    labelled  whether it must have a column `label`

    Raises:
        NotMine: it has no column of files.
        DataError: it cannot be read, has no column of files or no row, or a row names no file.
    """
    table, place, evidence = _read(path, labelled)
    names = _names(table, place)
    if len({name.lower() for name in names}) < len(names):
        raise DataError(f"expected a name of its own for every column of {path}, got one twice; rename it")
    if labelled and LABEL not in map(_called, names):
        got = ", ".join(names)[:80]
        raise DataError(f"expected the columns file and label in the first line of {path}, got: {got}; name them")
    if not len(table):
        raise DataError(f"expected a file and a label in each line of {path}, got none; add some")
    files = table.columns[place]
    bad = BadRowList("pictures")
    for row in [row for row, file in enumerate(files) if not file] if "" in files.distinct else []:
        bad.add(path, int(table.lines[row]), "expected the name of a file, got an empty cell")
    bad.settle()
    named = {_called(name): table.columns[other] for other, name in enumerate(names) if other != place}
    columns, decimals = with_points(named, path.name)
    return PictureTable(
        path, list(files), {n: list(c) for n, c in columns.items()}, table.lines, [*evidence, *decimals]
    )


def pictures_below(path: Path) -> FilesBelow:
    """The pictures that a table can list: those below its folder."""
    endings = tuple(folders.suffixes())
    return FilesBelow(path.resolve().parent, lambda name: name.lower().endswith(endings))


def lists_pictures(path: Path) -> bool:
    """Whether a file is a table that names pictures that are there."""
    try:
        listed = read_table(path, labelled=False)
    except DataError:
        return False
    return bool(pictures_below(path).listed_in(Table.of(str(path), {FILE: listed.files})))


def _read(path: Path, labelled: bool) -> tuple[Table, int, tuple[str, ...]]:
    """A table, the place of its column of files, and why it is that one where no heading says so."""
    table = read(path, Expected("pictures", ROLES, header=True))
    found = by_heading(table.names or (), ROLES)
    if FILE in found:
        return table, found[FILE], ()
    below, names = pictures_below(path), table.names or ()
    place = next(iter(below.listed_in(table)), None)
    first = place is None and any(map(below.named, names))  # the only picture
    if first or (place is not None and below.named(names[place])):
        table = read(path, Expected("pictures", ROLES, header=False))
        place = next(iter(below.listed_in(table)), None)
    if place is None:
        wanted = "the columns file and label" if labelled else "the column file"
        got = ", ".join(names)[:80] or "nothing"
        told = f"expected {wanted} in the first line of {path}, got: {got}; name them"
        raise DataError(told) if any(map(_lists_files, table.columns)) else NotMine(told)
    return table, place, (f"files: {table.called(place)} of {path.name}, which names pictures that are there",)


def _names(table: Table, file: int) -> list[str]:
    """Names of the columns; of those without one its number, or the label where it is the only one beside the file."""
    if table.names is None and table.width == 2:
        return [FILE if place == file else LABEL for place in range(2)]
    names = table.names or [""] * table.width
    return [name or f"column {place + 1}" for place, name in enumerate(names)]


def _lists_files(column: Sequence[str]) -> bool:
    """Whether cells are names of files with the ending of pictures."""
    endings = tuple(folders.suffixes())
    return any(cell.lower().endswith(endings) for cell in column[:20])


def _called(name: str) -> str:
    return LABEL if name.lower() == LABEL else name
