"""`relxfer check`: validate a configuration without running it or loading data."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from relxfer.cli import options
from relxfer.cli.console import plugins, print_json, say

NAME = "check"
HELP = "validate a configuration without running it"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_config(parser)
    options.add_plugins(parser)
    options.add_json(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.api import outline
    from relxfer.results import names

    planned = outline(arguments.file, plugins(arguments.plugins), options.changes(arguments))
    if arguments.json:
        print_json(asdict(planned))
        return 0
    cells = names.planned(planned.cells - planned.refusals, planned.refusals)
    lines = [f"{arguments.file}: valid; {cells}"]
    lines += [f"refused: {reason}" for reason in planned.refused]
    say("\n".join(lines))
    return 0
