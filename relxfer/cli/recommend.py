"""`relxfer recommend`: which source, which strategy and which learning rate, within a bounded time, and one test."""

from __future__ import annotations

import argparse
import time
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json

NAME = "recommend"
HELP = "say which source, strategy and learning rate to use, within a bounded time, and test it once"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_config(parser)
    parser.add_argument(
        "--minutes",
        type=_minutes,
        default=10.0,
        metavar="M",
        help="what everything may take: pre-training, the race and the test (default: 10)",
    )
    parser.add_argument(
        "--strategies",
        nargs="+",
        default=[],
        metavar="NAME",
        help="rows of the configuration, or strategies, to try (default: its rows)",
    )
    parser.add_argument(
        "--budget",
        type=options.budget,
        metavar="N",
        help="label budget to decide for (default: the largest of the configuration)",
    )
    options.add_plugins(parser)
    options.add_json(parser)
    options.add_running(parser, "runs/ and the name of the run with -recommended")
    options.add_sections(parser)


def _minutes(text: str) -> float:
    """Read a number above 0.

    >>> _minutes("2.5")
    2.5
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number of minutes above 0, got {text!r}")
    return number


def do(arguments: Any) -> int:
    from relxfer.choose.recommending.place import folder_of, hurts
    from relxfer.choose.recommending.recommend import Asked, recommend
    from relxfer.declare import resolve
    from relxfer.execute.runner import run
    from relxfer.predict.asking.besides import Besides
    from relxfer.report.progress import ProgressDisplay, counted

    start, loaded = time.perf_counter(), plugins(arguments.plugins)
    sections = options.sections(arguments, loaded)
    experiment = resolve.load(arguments.file, loaded, options.changes(arguments))
    folder = arguments.out or folder_of(arguments.file, experiment.config.name)
    asked = Asked(arguments.minutes, arguments.budget, tuple(arguments.strategies))
    with counted("measured") as progress, ProgressDisplay(options.level(arguments)) as display:
        tested, made = recommend(experiment, loaded, folder, asked, (display,), arguments.fresh, progress)
    with ProgressDisplay(options.level(arguments)) as display:
        results = run(tested, loaded, folder, (display,))
    besides = Besides.of(tested, made, results, loaded)
    took = time.perf_counter() - start
    if arguments.json:
        from relxfer.report.recommended.answer import answer

        print_json(
            {
                **results.card(),
                "recommendation": {"answer": answer(made), "seconds": took, **besides.card(), **made.card()},
            }
        )
    else:
        from relxfer.report.recommended.page import page

        out().print(page(made, results, took, hurts(arguments.file), besides.past, besides.label_next))
        if sections:
            from relxfer.report.terminal import render

            out().print(render(results, loaded, sections))
    return 1 if results.failed else 0
