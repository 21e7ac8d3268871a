"""Where a recommendation is made, and what a finished run there says already."""

from __future__ import annotations

from pathlib import Path

from relxfer.declare import run_folder
from relxfer.judge.records import Verdict
from relxfer.results import budgets
from relxfer.results.results import Results
from relxfer.store.run_directory import RESULTS


def folder_of(source: object, name: str) -> Path:
    """Where a recommendation is made: beside the run that is named as the configuration, or in `runs`.

    The run itself keeps its results, because a test of its own is opened.

    >>> folder_of("my.toml", "my").as_posix()
    'runs/my-recommended'
    """
    run = run_folder.named_by(source)
    return run.resolve().with_name(f"{run.resolve().name}-recommended") if run else Path("runs") / f"{name}-recommended"


def hurts(source: object) -> bool:
    """Whether a finished run that is named as the configuration says that its first row HURTS with most labels."""
    run = run_folder.named_by(source)
    if run is None or not (run / RESULTS).exists():
        return False
    found = [row for row in Results.open(run).rows if row.role == "candidate" and row.gain]
    first = [row for row in found if (row.source, row.strategy) == (found[0].source, found[0].strategy)]
    return bool(first) and max(first, key=lambda row: budgets.size(row.budget)).verdict is Verdict.HURTS
