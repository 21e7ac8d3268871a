"""Copies that the process of a run has checked, so that its other processes need not read all of them again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from relxfer.store.hub.address import Address, is_one
from relxfer.store.hub.fetch import replaced


class Checked(NamedTuple):
    """A copy as it was when it was checked.

    files  (path below it, bytes, time of its last change in nanoseconds) of each file
    """

    address: str
    path: str
    files: tuple[tuple[str, int, int], ...]

    @property
    def same(self) -> bool:
        """Whether the same files are here; a copy that another machine made has other times."""
        return bool(self.files) and _files(Path(self.path)) == self.files


def copies(tables: Any) -> tuple[Checked, ...]:
    """The copies of the addresses, each with its commit, in tables of a configuration that was checked."""
    named = {text: Address.of(text) for text in _texts(tables) if is_one(text)}
    return tuple(Checked(text, str(each.copy), _files(each.copy)) for text, each in named.items() if each.pinned)


def taken(tables: Any, known: Sequence[Checked]) -> Any:
    """The tables with copies in place of those addresses whose copies are the same here."""
    paths = {each.address: each.path for each in known if each.same}
    return replaced(tables, lambda text: paths.get(text, text))


def _texts(tables: Any) -> Iterator[str]:
    if isinstance(tables, str):
        yield tables
    elif isinstance(tables, dict | list):
        for item in tables.values() if isinstance(tables, dict) else tables:
            yield from _texts(item)


def _files(place: Path) -> tuple[tuple[str, int, int], ...]:
    paths = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    stats = ((path.relative_to(place).as_posix(), path.stat()) for path in paths)
    return tuple(sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats))
