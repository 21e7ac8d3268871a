"""What the user's files are called in reports: by their folder, or by their own name where it says something."""

from __future__ import annotations

from pathlib import Path

from relxfer.store.hub.address import of_copy

#: Names of files that any data set may have, so that their folder says more.
USUAL = (
    *("edges", "links", "network", "graph", "nodes", "facts", "triples", "train"),
    *("data", "dataset", "labels", "images", "pictures", "list", "table", "index"),
)


def of(data: Path) -> str:
    """The name of a folder, or of a file without its endings.

    >>> of(Path("data/air_unl")), of(Path("data/karate.gml.gz")), of(Path("data/air_usa/edges.txt"))
    ('air_unl', 'karate', 'air_usa')
    """
    whole = data.resolve()
    stem = _called(whole) if whole.is_dir() else whole.name.partition(".")[0]
    return (
        _called(whole.parent) if not whole.is_dir() and stem.lower() in (*USUAL, "") else stem or whole.name or "data"
    )


def source(data: Path, target: Path) -> str:
    """The same for a source; where the target is called so too, with the folder above it.

    >>> source(Path("usa/airports"), Path("brazil/airports")), source(Path("usa"), Path("brazil"))
    ('usa/airports', 'usa')
    """
    name = of(data)
    return f"{_called(data.resolve().parent)}/{name}" if name == of(target) else name


def _called(folder: Path) -> str:
    """The name of a folder; the copy of a whole repository, whose folder is called by the commit, has that of it."""
    copied = of_copy(folder)
    return copied.name if copied and not copied.path else folder.name
