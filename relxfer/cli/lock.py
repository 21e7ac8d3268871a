"""`relxfer lock`: write digests of plan, data and code, before a test is opened."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.cli import options
from relxfer.cli.console import plugins, print_json, say

if TYPE_CHECKING:
    from relxfer.plan.lock import Lock

NAME = "lock"
HELP = "write down digests of plan, data and code before a test is opened, to show later that nothing was changed"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_config(parser)
    options.add_plugins(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file (default: the name of the run, .lock.json)")
    options.add_json(parser)


def do(arguments: Any) -> int:
    from relxfer.declare import resolve
    from relxfer.execute.runner import locked
    from relxfer.plan.lock import require_absent

    loaded = plugins(arguments.plugins)
    experiment = resolve.load(arguments.file, loaded, options.changes(arguments))
    path: Path = arguments.out or Path(f"{experiment.config.name}.lock.json")
    require_absent(path)  # before data are read, which may take long
    lock = locked(experiment, loaded)
    lock.write(path)
    if arguments.json:
        print_json({**lock.card, "sha256": lock.sha256})
    else:
        say(_said(arguments.file, path, lock))
    return 0


def _said(file: str, path: Path, lock: Lock) -> str:
    """What was locked, and what to do with it."""
    from relxfer.plan.lock import name, when
    from relxfer.results import names

    idle = [row.name for row in lock.rows if not row.cells]
    without = f"; without those that cannot run: {', '.join(idle)}" if idle else ""
    return (
        f"{path}: {names.planned(lock.cells)} locked {when(lock.locked)}, {name(lock.sha256)}{without}\n"
        f"Give the file to somebody else, or publish it, before you run: relxfer run {file} --lock {path}"
    )
