"""`relxfer show`: show everything that is stored about one cell."""

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

    full = cell.find(arguments.cell, arguments.run)
    if arguments.json:
        print_json(full.card())
    else:
        out().print(cell.render(full))
    return 0
