"""`relxfer new-plugin`: write the package of a strategy plugin, which can be installed and whose tests pass."""

from __future__ import annotations

import argparse
from pathlib import Path

from relxfer.cli.console import out

NAME = "new-plugin"
HELP = "write the package of a new strategy plugin"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="name of the strategy, such as my-method")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default ./relxfer-NAME)")


def do(arguments: argparse.Namespace) -> int:
    from relxfer.authoring.scaffold import write_plugin

    folder = write_plugin(arguments.name, arguments.out)
    out().print(f"wrote {folder}; next: pip install -e '{folder}[test]' && pytest {folder}")
    return 0
