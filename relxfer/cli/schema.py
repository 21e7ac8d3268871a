"""`relxfer schema`: the JSON Schema of a configuration, or of results."""

from __future__ import annotations

import argparse
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import plugins, print_json

NAME = "schema"
HELP = "print the JSON Schema of a configuration (for an editor), or of results.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("config", "results"),
        help="schema to print; that of a configuration includes the options of installed plugins",
    )
    options.add_json(parser)


def do(arguments: Any) -> int:
    if arguments.what == "config":
        from relxfer.declare import config_schema

        print_json(config_schema.of(plugins()))
    else:
        from relxfer.results.results import Results

        print_json(Results.schema())
    return 0
