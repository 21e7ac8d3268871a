"""`relxfer report`: show finished runs again, without running or importing torch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import kernel, out, print_json

NAME = "report"
HELP = "show the report of one or more runs"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run directory")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    options.add_json(parser)


def do(arguments: Any) -> int:
    from relxfer.results import Results, as_written

    found = [Results.open(run) for run in arguments.runs]
    if arguments.json:
        cards = [results.card() for results in found]
        print_json(cards[0] if len(cards) == 1 else cards)
    elif arguments.markdown:
        from relxfer.report.markdown import markdown

        for results in found:
            with as_written(results.folder):
                sys.stdout.write(markdown(results) + "\n")
    else:
        from relxfer.report.terminal import render

        loaded = kernel()
        for results in found:
            with as_written(results.folder):
                out().print(render(results, loaded))
    return 0
