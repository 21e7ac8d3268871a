"""The files that a table lists: which of its columns name files below its folder, with or without their endings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from relxfer.data.tables.column import Column
from relxfer.data.tables.reading import ENDINGS
from relxfer.data.tables.table import Table

#: So many folders deep, and so many files, are looked at: a table may lie in a large folder by chance.
_DEEP, _MOST = 4, 500_000
#: So many different cells of a column are looked up.
_CELLS = 200
#: Fewer names without an ending say nothing.
_FEW = 3


@dataclass(frozen=True)
class FilesBelow:
    """The files below a folder, apart from tables and from what is hidden.

    folder   the folder
    counts   whether a file of this name counts

    >>> import tempfile
    >>> top = Path(tempfile.mkdtemp())
    >>> (top / "images").mkdir()
    >>> (top / "images" / "07.png").touch()
    >>> below = FilesBelow(top, lambda name: name.endswith(".png"))
    >>> below.named("07"), below.named("images/07.png"), below.named("7")
    (['images/07.png'], ['images/07.png'], [])
    """

    folder: Path
    counts: Callable[[str], bool]

    def named(self, cell: str) -> list[str]:
        """Paths, relative to the folder, of the files that a cell names: as it is, below other folders, or without its
        ending; of a whole path, which another machine may have, also by its last parts. Empty where there is none."""
        turned = cell.replace("\\", "/").removeprefix("./")
        if "\0" in cell or not turned:
            return []
        if self.counts(turned.rsplit("/", 1)[-1]) and os.path.isfile(self.folder / turned):
            return [turned]
        parts = turned.split("/")
        first = len(parts) if parts[0] == "" or parts[0].endswith(":") else 1
        tried = (self._ending_in("/".join(parts[start:])) for start in range(min(first, len(parts))))
        return next(filter(None, tried), [])

    def _ending_in(self, path: str) -> list[str]:
        """Paths that end in one, with or without the ending of the file."""
        *folders, last = path.split("/")
        above = "".join(f"{folder}/" for folder in folders)
        for by_name in (self._whole, self._bare):
            alike = [(found, found.removesuffix(found.rsplit("/", 1)[-1])) for found in by_name.get(last, ())]
            exact = [found for found, folder in alike if folder == above]
            if ends := exact or [found for found, folder in alike if f"/{folder}".endswith(f"/{above}")]:
                return ends
        return []

    def listed_in(self, table: Table) -> list[int]:
        """Places of the columns that list files, the one that names most of them first."""
        found = {place: self._listed(column, len(table)) for place, column in enumerate(table.columns)}
        return sorted((place for place in found if found[place]), key=lambda place: -found[place])

    def _listed(self, column: Column, rows: int) -> float:
        """Of how many different cells, about, a column names the files; 0 where it lists none.

        Half of its cells have to name files. Numbers and words may do so by chance where they have no ending: then half
        of the rows, and three at least, have to name one of their own.
        """
        cells = column.values[:: max(1, len(column.values) // _CELLS)]
        there = [cell for cell in cells if self.named(cell)]
        if not there or 2 * len(there) < len(cells):
            return 0.0
        count = len(there) / len(cells) * len(column.values)
        ended = all(self.counts(cell) and os.path.splitext(cell)[1] for cell in there)
        return count if ended or 2 * count >= max(rows, 2 * _FEW) else 0.0

    @cached_property
    def _whole(self) -> Mapping[str, Sequence[str]]:
        """Name of a file -> paths of the files of this name."""
        found: dict[str, list[str]] = {}
        for path in sorted(_walk(self.folder, self.counts)):
            found.setdefault(path.rsplit("/", 1)[-1], []).append(path)
        return found

    @cached_property
    def _bare(self) -> Mapping[str, Sequence[str]]:
        """The same by names without endings."""
        found: dict[str, list[str]] = {}
        for name, paths in self._whole.items():
            found.setdefault(os.path.splitext(name)[0], []).extend(paths)
        return found


def _walk(folder: Path, counts: Callable[[str], bool]) -> Iterator[str]:
    """Paths of files relative to a folder, those near to it first."""
    level, seen = [""], 0
    for _ in range(_DEEP):
        deeper: list[str] = []
        for inside in level:
            for entry in _entries(folder / inside):
                seen += 1
                if seen > _MOST:
                    return
                if entry.is_dir():
                    deeper.append(f"{inside}{entry.name}/")
                elif counts(entry.name) and not entry.name.lower().removesuffix(".gz").endswith(ENDINGS):
                    yield f"{inside}{entry.name}"
        level = deeper


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder and not hidden; nothing where it may not be looked into."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith((".", "__MACOSX"))]
    except OSError:
        return []
