"""`relxfer refit`: train a row of a run again on all that is known, as a folder that answers anywhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from relxfer.cli import options
from relxfer.cli.console import plugins, print_json, remark

NAME = "refit"
HELP = "train a strategy of a run again on everything, and write a folder that predicts anywhere"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=options.readable, metavar="RUN", help="run directory")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder to write (default: RUN and '-refit')")
    options.add_row(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")
    options.add_json(parser)
    options.add_plugins(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.predict.refit import refit
    from relxfer.report.progress import ProgressDisplay

    out = arguments.out or options.beside(arguments.run, "-refit")
    wanted = options.wanted(arguments)
    with ProgressDisplay(-1 if arguments.quiet or arguments.json else 0) as display:
        described = refit(arguments.run, out, plugins(arguments.plugins), wanted, (display,))
    if arguments.json:
        print_json({"wrote": str(out), "description": described})
        return 0
    remark(f"trained again on all that is known: {described}")
    remark(f"wrote {out}; next: relxfer predict {out} --queries FILE")
    return 0
