"""`relxfer data`: data sets by name."""

from __future__ import annotations

import argparse
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import kernel, out, print_json

NAME = "data"
HELP = "list data sets, or show one"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="list|show", dest="verb", required=True)
    options.add_json(verbs.add_parser("list", help="every data set, by name"))
    show = verbs.add_parser("show", help="one data set: licence, protocol, options")
    show.add_argument("name")
    options.add_json(show)


def do(arguments: Any) -> int:
    from relxfer.records import Dataset
    from relxfer.report import offers

    loaded = kernel()
    if arguments.verb == "show":
        found: Any = offers.describe_offer(loaded.find(Dataset.kind, arguments.name))
        rendered = offers.render_one([found])
    else:
        found = offers.datasets(loaded)
        rendered = offers.render_datasets(found)
    if arguments.json:
        print_json(found)
    else:
        out().print(rendered)
    return 0
