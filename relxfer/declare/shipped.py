"""Examples (and suites) that come with relxfer, wherever it was installed."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
#: In an installed wheel they lie inside the package; in a checkout, beside it.
_ROOTS = (_PACKAGE / "shipped", _PACKAGE.parent)
FOLDERS = ("examples", "benchmarks")


def locate(path: Path) -> Path:
    """The path itself where it exists, else the shipped file of that name; else the path as it came.

    >>> locate(Path("examples/kg_transfer.toml")).name
    'kg_transfer.toml'
    """
    # unlike Path.exists, os.path.exists says no to names that no file system can hold
    if os.path.exists(path) or path.is_absolute() or not path.parts or path.parts[0] not in FOLDERS:
        return path
    found = place(*path.parts)
    return found if os.path.exists(found) else path


def place(*parts: str) -> Path:
    """Where a shipped file or folder lies, such as `place("benchmarks", "suites")`."""
    places = [root.joinpath(*parts) for root in _ROOTS]
    return next((path for path in places if os.path.exists(path)), places[0])
