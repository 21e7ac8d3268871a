"""The examples and benchmark suites that come with relxfer, wherever it is installed."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
#: In an installed wheel they are inside the package; in a checkout, beside it.
_ROOTS = (_PACKAGE / "shipped", _PACKAGE.parent)
#: The folders of shipped files.
FOLDERS = ("examples", "benchmarks")


def locate(path: Path) -> Path:
    """The path itself if it exists, or else the shipped file of that name; if neither exists, the path unchanged.

    >>> locate(Path("examples/kg_transfer.toml")).name
    'kg_transfer.toml'
    """
    # Path.exists raises on names that are too long or hold a NUL
    if os.path.exists(path) or path.is_absolute() or not path.parts or path.parts[0] not in FOLDERS:
        return path
    shipped = place(*path.parts)
    return shipped if os.path.exists(shipped) else path


def place(*parts: str) -> Path:
    """The path of a shipped file or folder, as in `place("benchmarks", "suites")`."""
    places = [root.joinpath(*parts) for root in _ROOTS]
    return next((path for path in places if os.path.exists(path)), places[0])
