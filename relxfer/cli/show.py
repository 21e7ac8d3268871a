"""`relxfer show`: everything that is known about one cell."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, print_json

NAME = "show"
HELP = "show one cell: outcome, reason, trace"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cell", help="id of the cell, or its beginning, as the report prints it")
    parser.add_argument(
        "--run", type=Path, action="append", metavar="RUN", help="run directory (default: all in runs/)"
    )
    options.add_json(parser)


def do(arguments: Any) -> int:
    from relxfer.report import cell

    found = cell.find(arguments.cell, arguments.run)
    if arguments.json:
        print_json(found.card())
    else:
        out().print(cell.render(found))
    return 0
