"""Folders of pictures as people have them: which files are pictures, and which were never meant to be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: Folders that programs leave behind; whatever begins with a dot is one too.
_LEFT_BEHIND = ("__macosx", "__pycache__", "$recycle.bin", "system volume information", "@eadir", "lost+found")
#: Folders of small copies of the pictures beside them.
_SMALL_COPIES = ("thumbnails", "thumbs", "thumb")


@dataclass(frozen=True)
class Found:
    """Files below a folder, sorted: pictures by their names, files that are none, and small copies of pictures."""

    pictures: list[Path]
    others: list[Path]
    small: list[Path]


@cache
def suffixes() -> frozenset[str]:
    """Ends of the names of pictures, of the formats that are read."""
    from PIL import Image

    from relxfer_vision.pictures.decoding import formats

    readable = formats()
    return frozenset(suffix for suffix, kind in Image.registered_extensions().items() if kind in readable)


def left_behind(name: str) -> bool:
    """Whether a file or a folder of this name was made by a program for itself: hidden, or by its name.

    >>> left_behind("._0.png"), left_behind("__MACOSX"), left_behind(".ipynb_checkpoints"), left_behind("cats")
    (True, True, True, False)
    """
    return name.startswith(".") or name.lower() in _LEFT_BEHIND


def listed_by_mistake(name: str) -> bool:
    """Whether the path of a picture in a table is of a file that a program left behind.

    A folder that is merely hidden may have been meant.

    >>> listed_by_mistake("__MACOSX/cats/._0.png"), listed_by_mistake("a/.ipynb_checkpoints/0-checkpoint.png")
    (True, True)
    >>> listed_by_mistake(".photos/0.png")
    False
    """
    *above, last = name.replace("\\", "/").split("/")
    return last.startswith("._") or any(part.lower() in (*_LEFT_BEHIND, ".ipynb_checkpoints") for part in above)


def folders_in(folder: Path) -> list[Path]:
    """The folders in a folder, sorted, without those that programs left behind or that hold small copies."""
    return [
        child
        for child in sorted(folder.iterdir())
        if child.is_dir() and not left_behind(child.name) and child.name.lower() != _SMALL_COPIES[0]
    ]


def find(folder: Path) -> Found:
    """Every file below a folder that no program left behind."""
    found = Found([], [], [])
    for path, small in _walk(folder, False):
        own = found.small if small else found.pictures if path.suffix.lower() in suffixes() else found.others
        own.append(path)
    for files in (found.pictures, found.others, found.small):
        files.sort()
    return found


def holds_pictures(folder: Path) -> bool:
    """Whether any picture is below a folder."""
    return any(not small and path.suffix.lower() in suffixes() for path, small in _walk(folder, False))


def _walk(folder: Path, small: bool) -> Iterator[tuple[Path, bool]]:
    """(file, whether it is a small copy); also a link that leads nowhere: reading it fails with a message."""
    deeper = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if left_behind(entry.name):
                continue
            if entry.is_dir():
                deeper.append(entry.name)
            else:
                yield folder / entry.name, small
    for name in deeper:
        yield from _walk(folder / name, small or name.lower() in _SMALL_COPIES)
