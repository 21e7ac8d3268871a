"""What the user's files are called in reports: by their folder, or by their own name where it says something."""

from __future__ import annotations

from pathlib import Path

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
    stem = whole.name if whole.is_dir() else whole.name.partition(".")[0]
    return whole.parent.name if not whole.is_dir() and stem.lower() in (*USUAL, "") else stem or whole.name or "data"


def source(data: Path, target: Path) -> str:
    """The same for a source; where the target is called so too, with the folder above it.

    >>> source(Path("usa/airports"), Path("brazil/airports")), source(Path("usa"), Path("brazil"))
    ('usa/airports', 'usa')
    """
    name = of(data)
    return f"{data.resolve().parent.name}/{name}" if name == of(target) else name
