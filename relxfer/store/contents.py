"""Digests of options and of the content behind their paths, for fingerprints, which do not depend on locations."""

from __future__ import annotations

import functools
import hashlib
import os
import stat
import time
from collections.abc import Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from relxfer.contract.options import PLACE, StrategyOption
from relxfer.errors import ArtefactError
from relxfer.store import files

#: Nanoseconds within which a file may change again with the same time stamp: clocks of file systems are coarse.
_RECENT = 2 * 10**9


def of_options(value: Any) -> Any:
    """Options as JSON, with every path replaced by a digest of what is behind it.

    Raises:
        ArtefactError: something behind a path cannot be read.

    >>> import tempfile
    >>> one, other = (Path(tempfile.mkdtemp()) / "table.json" for _ in range(2))
    >>> one.write_text("{}") == other.write_text("{}")
    True
    >>> of_options({"tables": [one]}) == of_options({"tables": [other]})
    True
    """
    if isinstance(value, Path):
        return {"content": of_path(value)}
    if isinstance(value, BaseModel):
        named = [name for name, field in type(value).model_fields.items() if PLACE not in field.metadata]
        return {name: of_options(getattr(value, name)) for name in (*named, *(value.model_extra or {}))}
    if isinstance(value, StrategyOption):
        return of_options(value.content())
    if is_dataclass(value):
        return {field.name: of_options(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(to_jsonable_python(key)): of_options(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(of_options, value), key=files.fingerprint)  # the order of a set differs between processes
    if isinstance(value, list | tuple):
        return [of_options(item) for item in value]
    return value if hasattr(value, "tolist") else to_jsonable_python(value)  # `files.fingerprint` takes arrays


def of_path(path: Path) -> str | None:
    """sha256 of a file's bytes, or of the names and contents in a folder; None where there is nothing.

    Hidden files, compiled code, virtual environments and runs of relxfer in a folder do not count.
    """
    try:
        now = path.stat()
    except OSError:
        return None
    if stat.S_ISDIR(now.st_mode):
        return files.fingerprint({name: of_path(item) for name, item in below(path).items()})
    return _of_file(path, now)


def below(folder: Path, but: frozenset[str] = frozenset()) -> dict[str, Path]:
    """The files in a folder by their names relative to it, sorted; folders with a name in `but` are left out."""
    return dict(sorted(_below(_items(folder), "", but, (str(folder),))))


def _below(
    items: list[os.DirEntry[str]], prefix: str, but: frozenset[str], above: tuple[str, ...]
) -> Iterator[tuple[str, Path]]:
    for item in items:
        if item.name.startswith(".") or item.name == "__pycache__":
            continue
        if not item.is_dir():
            if not item.name.endswith(".pyc"):
                yield prefix + item.name, Path(item.path)
        elif not (item.name in but or _leads_back(item, above)):
            inner = _items(item.path)
            if not _is_left_out({each.name for each in inner}):
                yield from _below(inner, f"{prefix}{item.name}/", but, (*above, item.path))


def _leads_back(item: os.DirEntry[str], above: tuple[str, ...]) -> bool:
    """Whether a folder is a link to one that it is in, which would have no end."""
    return item.is_symlink() and os.path.realpath(item.path) in map(os.path.realpath, above)


def _items(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as items:
            return list(items)
    except OSError as error:
        raise _unreadable(folder, error) from None


def left_out(folder: str | Path) -> bool:
    """Whether a folder is a run or a virtual environment."""
    marks = ("provenance.json", "config.toml", "pyvenv.cfg")
    return _is_left_out({name for name in marks if os.path.exists(os.path.join(folder, name))})


def _is_left_out(names: Set[str]) -> bool:
    return "pyvenv.cfg" in names or names >= {"provenance.json", "config.toml"}


def _of_file(path: Path, now: os.stat_result) -> str | None:
    if not stat.S_ISREG(now.st_mode):
        return None
    changed = max(now.st_mtime_ns, now.st_ctime_ns)
    read = _read.__wrapped__ if time.time_ns() - changed < _RECENT else _read
    try:
        return read(str(path), now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
    except OSError as error:
        raise _unreadable(path, error) from None


@functools.cache
def _read(path: str, *state: int) -> str:
    """sha256 of a file; `state`, such as its size and times, makes the cache notice a change."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _unreadable(path: str | Path, error: OSError) -> ArtefactError:
    return ArtefactError(
        f"Cannot read {path}, whose content decides results: {error.strerror}. Correct its permissions."
    )
