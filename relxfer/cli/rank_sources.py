"""`relxfer rank-sources`: how related candidate sources are to a target, before any training."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json

NAME = "rank-sources"
HELP = "rank candidate sources for a target, before any training"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        nargs="?",
        help="configuration (TOML) whose sources are the candidates, or the directory of a run of yours",
    )
    parser.add_argument("--target", metavar="NAME", help="without a file: data set to transfer to")
    parser.add_argument("--sources", nargs="+", default=[], metavar="NAME", help="without a file: data sets to compare")
    parser.add_argument("--run", nargs="+", type=options.readable, default=[], metavar="RUN", dest="runs",
                        help="finished runs: correlate the measures with the gains in them")  # fmt: skip
    parser.add_argument(
        "--strategy", help="with --run: strategy whose gains are used (default: the first that is no baseline)"
    )
    parser.add_argument(
        "--budget",
        type=_budget,
        default="all",
        metavar="N",
        help="label budget for measures that use labels, and of the gains",
    )
    options.add_json(parser)
    options.add_plugins(parser)


def do(arguments: Any) -> int:
    from relxfer.choose import relatedness
    from relxfer.declare import resolve
    from relxfer.execute.engine import Engine
    from relxfer.report import relatedness as report
    from relxfer.results.results import Results
    from relxfer.store.run_directory import Store

    loaded = plugins(arguments.plugins)
    experiment = resolve.load(_asked(arguments), loaded)
    runs = [Results.open(run) for run in arguments.runs]
    gained = relatedness.gains(runs, arguments.strategy, arguments.budget) if runs else None
    measured = relatedness.pairs(Engine(experiment, loaded, Store(Path())), runs, arguments.budget)
    if arguments.json:
        card = {"targets": report.card(measured)}
        print_json(card | ({"foretold": report.foretold_card(measured, gained, arguments.budget)} if gained else {}))
        return 0
    out().print(report.render(measured))
    if gained:
        out().print(report.render_foretold(measured, gained, arguments.budget))
    return 0


def _asked(arguments: Any) -> Any:
    """The configuration file, or else a configuration of the named data sets.

    Raises:
        UsageError: neither is given, or both.
    """
    from relxfer.errors import UsageError

    if arguments.file and not (arguments.target or arguments.sources):
        return arguments.file
    if arguments.file or not (arguments.target and arguments.sources):
        got = [name for name in ("file", "target", "sources") if getattr(arguments, name)]
        raise UsageError(
            f"expected a configuration, or --target with --sources, got {' and '.join(got) or 'neither'}; "
            "`relxfer data list` shows data sets by name"
        )
    return {
        "source": [{"datasets": [name]} for name in arguments.sources],
        "target": {"dataset": arguments.target},
    }


def _budget(text: str) -> int | str:
    """Read a label budget.

    >>> _budget("all"), _budget("40")
    ('all', 40)
    """
    if text != "all" and not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a number of labels, or all, got {text!r}")
    return text if text == "all" else int(text)
