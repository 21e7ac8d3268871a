"""`relxfer init`: inspect files of the user and write a configuration for them."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from relxfer.cli import options
from relxfer.cli.console import out, plugins

NAME = "init"
HELP = "inspect your files and write a configuration for them"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", type=Path, help="a file or folder of your data")
    parser.add_argument("--out", type=Path, default=Path("relxfer.toml"), help="configuration to write")
    parser.add_argument(
        "--source",
        metavar="NAME",
        help="data set to pre-train on (default: the weights of the adapter, else an embedded data set)",
    )
    parser.add_argument("--reader", metavar="NAME", help="reader of your files (default: one that understands them)")
    parser.add_argument("--force", action="store_true", help="overwrite the configuration")
    options.add_plugins(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.declare.starter import Asked, write_config

    asked = Asked(arguments.data, arguments.out, arguments.source, arguments.reader, arguments.force)
    lines = write_config(plugins(arguments.plugins), asked)
    console = out()
    for line in lines:
        console.print(line)
    console.print(f"wrote {arguments.out}; next: relxfer run {shlex.quote(str(arguments.out))}")
    return 0
