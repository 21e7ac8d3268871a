"""`relxfer new-plugin`: write the package of a plugin, which can be installed and whose tests pass."""

from __future__ import annotations

import argparse
from pathlib import Path

from relxfer.cli import options
from relxfer.cli.console import print_json, say

NAME = "new-plugin"
HELP = "write the package of a new plugin: a strategy, or another kind of offer"


def arguments(parser: argparse.ArgumentParser) -> None:
    from relxfer.authoring.scaffold import KINDS

    parser.add_argument("name", help="name of what it offers, such as my-method")
    parser.add_argument("--kind", choices=KINDS, default="strategy", help="what it offers (default: a strategy)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default ./relxfer-NAME)")
    options.add_json(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.authoring.scaffold import write_plugin

    folder = write_plugin(arguments.name, arguments.out, arguments.kind)
    if arguments.json:
        print_json({"wrote": str(folder)})
    else:
        say(f"wrote {folder}; next: pip install -e '{folder}[test]' && pytest {folder}")
    return 0
