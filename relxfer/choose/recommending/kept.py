"""`recommendation.json` of a run directory: the plan, what its rounds took, and at last the recommendation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relxfer.errors import DamagedArtefact
from relxfer.store import files
from relxfer.store.run_directory import RECOMMENDATION


def read(folder: Path) -> dict[str, Any]:
    """What is kept; nothing where there is no such file, or it was changed."""
    try:
        return files.read_json(folder / RECOMMENDATION) if (folder / RECOMMENDATION).exists() else {}
    except DamagedArtefact:
        return {}


def write(folder: Path, **parts: Any) -> None:
    """Keep some parts beside the others."""
    files.write_json(folder / RECOMMENDATION, {**read(folder), **parts})


def begin(folder: Path, **parts: Any) -> None:
    """Keep some parts in place of all that was kept."""
    files.write_json(folder / RECOMMENDATION, parts)
