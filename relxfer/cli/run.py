"""`relxfer run`: run the cells that are missing, then show the report."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json, remark
from relxfer.errors import CellFailed

if TYPE_CHECKING:
    from relxfer.plan.lock import Lock

NAME = "run"
HELP = "run an experiment, or finish a run that was interrupted, and report"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_config(parser)
    options.add_plugins(parser)
    options.add_json(parser)
    options.add_running(parser)
    options.add_sections(parser)
    parser.add_argument(
        "--lock",
        type=options.readable,
        metavar="FILE",
        help="run nothing but what `relxfer lock` wrote there, and say so",
    )
    parser.add_argument("--debug", action="store_true", help="stop at the first failure, and print its traceback")
    parser.add_argument("--dry-run", action="store_true", help="show the plan with an estimate of its cost, and stop")


def do(arguments: Any) -> int:
    from relxfer.declare import resolve, run_folder
    from relxfer.plan.lock import Lock

    loaded = plugins(arguments.plugins)
    sections = options.sections(arguments, loaded)
    experiment = resolve.load(arguments.file, loaded, options.changes(arguments))
    folder = arguments.out or run_folder.named_by(arguments.file) or Path("runs") / experiment.config.name
    lock = Lock.read(arguments.lock) if arguments.lock else None
    if arguments.dry_run:
        return _dry(arguments, loaded, experiment, folder, lock)
    from relxfer.execute.runner import check_group, follow, run
    from relxfer.report.progress import ProgressDisplay
    from relxfer.train import processes

    check_group(experiment, processes.size())
    with processes.group(experiment.config.device) as group:
        if not group.first:
            follow(experiment, loaded, group)
            return 0
        with ProgressDisplay(options.level(arguments)) as display:
            listeners = (display, stop_at_failure) if arguments.debug else (display,)
            results = run(experiment, loaded, folder, listeners, arguments.fresh, group, lock=lock)
    if arguments.debug:
        _faults(results)
    if arguments.json:
        print_json(results.card())
    else:
        from relxfer.report.terminal import render

        out().print(render(results, loaded, sections))
    return 1 if results.failed else 0


def stop_at_failure(event: str, **values: Any) -> None:
    """A listener that ends a run at the first cell or source stage that fails.

    Raises:
        CellFailed: it failed.
    """
    outcome: Mapping[str, Any] = values.get("outcome", {})
    if event == "cell_finished" and outcome.get("status") == "failed":
        raise CellFailed(
            f"stopped at the first failure, as --debug asks: {outcome['reason']}. What is finished is kept; the same "
            "command continues.",
            outcome.get("traceback", ""),
        )


def _faults(results: Any) -> None:
    """Print the tracebacks of failures at which a run cannot stop: those before any cell is run."""
    for fault in dict.fromkeys(cell.traceback for cell in results.cells if cell.traceback):
        remark(fault)


def _dry(arguments: Any, loaded: Any, experiment: Any, folder: Path, lock: Lock | None) -> int:
    from relxfer.execute.forecast import forecast
    from relxfer.execute.runner import check_lock
    from relxfer.report.forecast import render
    from relxfer.report.progress import counted

    if lock is not None:
        check_lock(lock, experiment, loaded)
    with counted("measured") as progress:
        planned = forecast(experiment, loaded, folder, progress)
    if arguments.json:
        print_json(planned.card())
    else:
        out().print(render(planned))
    return 0
