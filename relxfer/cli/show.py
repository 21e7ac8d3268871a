"""`relxfer show`: show everything that is stored about one cell."""

from __future__ import annotations

import argparse
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, print_json

NAME = "show"
HELP = "show one cell: outcome, reason, traceback, trace"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run_directory", nargs="?", type=options.readable, metavar="RUN", help="run directory (default: all in runs/)"
    )
    parser.add_argument(
        "cell",
        metavar="CELL",
        help="id of the cell, or its beginning; or the name of a strategy, for its first cell that failed",
    )
    parser.add_argument(
        "--run",
        type=options.readable,
        action="append",
        default=[],
        metavar="RUN",
        help="the same as RUN; may be repeated",
    )
    options.add_json(parser)


def do(arguments: Any) -> int:
    from relxfer.report import cell

    named = [arguments.run_directory] if arguments.run_directory else []
    full = cell.find(arguments.cell, [*named, *arguments.run])
    if arguments.json:
        print_json(full.card())
    else:
        out().print(cell.render(full))
    return 0
