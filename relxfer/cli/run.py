"""`relxfer run`: run what is missing, then report."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import kernel, out, print_json

NAME = "run"
HELP = "run an experiment, or finish one that was interrupted, and report"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_config(parser)
    options.add_json(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="run directory (default runs/NAME)")
    parser.add_argument("--fresh", action="store_true", help="forget what was run in the directory before")
    parser.add_argument("--dry-run", action="store_true", help="show the plan with an estimate of its cost, and stop")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress, only the report")
    parser.add_argument("-v", "--verbose", action="store_true", help="validation points too")


def do(arguments: Any) -> int:
    from relxfer import resolve

    loaded = kernel()
    experiment = resolve.load(arguments.file, loaded, options.changes(arguments))
    folder = arguments.out or Path("runs") / experiment.config.name
    if arguments.dry_run:
        return _dry(arguments, loaded, experiment, folder)
    from relxfer.report.progress import ProgressDisplay
    from relxfer.runner import run

    level = -1 if arguments.quiet or arguments.json else int(arguments.verbose)
    with ProgressDisplay(level) as display:
        results = run(experiment, loaded, folder, (display,), arguments.fresh)
    if arguments.json:
        print_json(results.card())
    else:
        from relxfer.report.terminal import render

        out().print(render(results, loaded))
    return 1 if results.failed else 0


def _dry(arguments: Any, loaded: Any, experiment: Any, folder: Path) -> int:
    from relxfer.report.forecast import forecast, render

    found = forecast(experiment, loaded, folder)
    if arguments.json:
        print_json(found)
    else:
        out().print(render(found))
    return 0
