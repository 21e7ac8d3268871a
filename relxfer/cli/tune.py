"""`relxfer tune`: choose the options of every row by validation, then open the test once."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json

NAME = "tune"
HELP = "choose the options of every strategy and of scratch by validation, with as many trials for each, then judge"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_config(parser)
    parser.add_argument(
        "--trials", type=options.positive, metavar="N", help="trials of each row at each label budget (default: 16)"
    )
    options.add_plugins(parser)
    options.add_json(parser)
    options.add_running(parser)
    options.add_sections(parser)


def do(arguments: Any) -> int:
    from relxfer.choose.tuning.tuning import tune
    from relxfer.declare import resolve, run_folder
    from relxfer.execute.runner import run
    from relxfer.report.progress import ProgressDisplay

    loaded = plugins(arguments.plugins)
    sections = options.sections(arguments, loaded)
    trials = [] if arguments.trials is None else [f"tune.trials={arguments.trials}"]
    experiment = resolve.load(arguments.file, loaded, [*options.changes(arguments), *trials])
    folder = arguments.out or run_folder.named_by(arguments.file) or Path("runs") / experiment.config.name
    with ProgressDisplay(options.level(arguments)) as display:
        tuned, tuning = tune(experiment, loaded, folder, (display,), arguments.fresh)
    with ProgressDisplay(options.level(arguments)) as display:
        results = run(tuned, loaded, folder, (display,))
    if arguments.json:
        print_json({**results.card(), "tuning": tuning.card()})
    else:
        from relxfer.report.terminal import render

        out().print(render(results, loaded, sections or ["tuned"]))
    return 1 if results.failed else 0
