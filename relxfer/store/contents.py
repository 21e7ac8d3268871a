"""Digests of options and of the content behind their paths, for fingerprints, which do not depend on locations."""

from __future__ import annotations

import functools
import hashlib
import os
import stat
import time
from collections.abc import Iterator, Mapping
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
    if not path.is_dir():
        return _of_file(path)
    return files.fingerprint({name: _of_file(item) for name, item in below(path).items()})


def below(folder: Path, but: frozenset[str] = frozenset()) -> dict[str, Path]:
    """The files in a folder by their names relative to it, sorted; folders with a name in `but` are left out."""
    return dict(sorted(_below(folder, "", but, frozenset())))


def _below(folder: Path, prefix: str, but: frozenset[str], above: frozenset[str]) -> Iterator[tuple[str, Path]]:
    above |= {os.path.realpath(folder)}
    for item in _items(folder):
        if item.name.startswith(".") or item.name == "__pycache__":
            continue
        if not item.is_dir():
            if not item.name.endswith(".pyc"):
                yield prefix + item.name, Path(item.path)
        elif not (item.name in but or os.path.realpath(item.path) in above or left_out(item.path)):
            yield from _below(Path(item.path), f"{prefix}{item.name}/", but, above)


def _items(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as items:
            return list(items)
    except OSError as error:
        raise _unreadable(folder, error) from None


def left_out(folder: str | Path) -> bool:
    """Whether a folder is a run or a virtual environment."""
    has = {
        name for name in ("provenance.json", "config.toml", "pyvenv.cfg") if os.path.exists(os.path.join(folder, name))
    }
    return "pyvenv.cfg" in has or len(has) == 2


def _of_file(path: Path) -> str | None:
    try:
        now = path.stat()
    except OSError:
        return None
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


def _unreadable(path: Path, error: OSError) -> ArtefactError:
    return ArtefactError(
        f"Cannot read {path}, whose content decides results: {error.strerror}. Correct its permissions."
    )
