"""`relxfer plugins`: list plugins with their offers, and the broken ones."""

from __future__ import annotations

import argparse

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json

NAME = "plugins"
HELP = "list plugins with what they offer, or show one offer in full"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_json(parser)
    options.add_plugins(parser)
    verbs = parser.add_subparsers(metavar="show NAME", dest="verb")
    show = verbs.add_parser("show", help="options, needs and offers of one name")
    show.add_argument("name", help="name of a strategy, model, adapter, data set, ...")
    options.add_json(show)
    options.add_plugins(show, nested=True)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.report import offers

    loaded = plugins(arguments.plugins)
    if arguments.verb == "show":
        matches = offers.describe(loaded, arguments.name)
        print_json([offer.card() for offer in matches]) if arguments.json else out().print(offers.render(matches))
    else:
        listed = offers.listing(loaded)
        print_json(listed.card()) if arguments.json else out().print(offers.render_all(listed))
    return 0
