"""`relxfer check`: validate a configuration without running it or loading data."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json

NAME = "check"
HELP = "validate a configuration without running it"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_config(parser)
    options.add_plugins(parser)
    options.add_json(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.api import outline
    from relxfer.report import wording

    planned = outline(arguments.file, plugins(arguments.plugins), options.changes(arguments))
    if arguments.json:
        print_json(asdict(planned))
        return 0
    most = planned.at_most or bool(planned.refused)
    lines = [f"{arguments.file}: valid; {wording.planned(planned.cells, most)}"]
    lines += [f"refused: {reason}" for reason in planned.refused]
    out().print("\n".join(lines))
    return 0
