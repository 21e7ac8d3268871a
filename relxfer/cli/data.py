"""`relxfer data`: list data sets, show one, download or verify their files."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json, say
from relxfer.cli.failure import Failure
from relxfer.errors import DataError
from relxfer.plugins.finder import Plugins
from relxfer.store.json_text import JsonObject

NAME = "data"
HELP = "list data sets, show one, download or verify their files"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="list|show|get|verify", required=True)
    listed = verbs.add_parser("list", help="every data set, by name")
    show = verbs.add_parser("show", help="one data set: counts, protocol, licence, leakage, options, files")
    show.add_argument("name")
    get = verbs.add_parser("get", help="download and verify the files of data sets")
    get.add_argument("names", nargs="+", metavar="name")
    verify = verbs.add_parser("verify", help="check the files on this machine again; exit code 1 if one is damaged")
    verify.add_argument("names", nargs="*", metavar="name", help="default: every data set with a file on this machine")
    for verb, work in ((listed, _list), (show, _show), (get, _get), (verify, _verify)):
        options.add_json(verb)
        options.add_plugins(verb)
        verb.set_defaults(work=work)


def do(arguments: Any) -> int:
    return arguments.work(plugins(arguments.plugins), arguments)


def _list(loaded: Plugins, arguments: Any) -> int:
    from relxfer.report import datasets

    summaries = datasets.listing(loaded)
    _print([asdict(dataset) for dataset in summaries], datasets.render_listing(summaries), arguments)
    return 0


def _show(loaded: Plugins, arguments: Any) -> int:
    from relxfer.contract.records import Dataset
    from relxfer.report import datasets

    dataset = datasets.describe(loaded.find(Dataset.kind, arguments.name))
    _print(dataset.card(), datasets.render(dataset), arguments)
    _print_lines(datasets.file_lines(dataset), arguments)
    return 0


def _get(loaded: Plugins, arguments: Any) -> int:
    """Download the files of data sets; one that cannot be downloaded does not stop the others."""
    from relxfer.data import fetch

    paths: dict[str, dict[str, str]] = {}
    failed: dict[str, JsonObject] = {}
    code = 0
    for record in _records(loaded, arguments.names):
        try:
            paths[record.name] = {role: str(path) for role, path in fetch.files_of(record).items()}
        except DataError as error:
            failure = Failure.of(error)
            code, failed[record.name] = failure.tell(as_json=False), failure.card()
    lines = [f"{name} {role}: {path}" for name, files in paths.items() for role, path in files.items()]
    _print(paths | failed, None, arguments)
    _print_lines(lines, arguments)
    return code


def _verify(loaded: Plugins, arguments: Any) -> int:
    from relxfer.data import inventory
    from relxfer.report import datasets

    copies = [copy for record in _records(loaded, arguments.names) for copy in inventory.verify(record)]
    if not arguments.names:
        copies = [copy for copy in copies if copy.state != "missing"]
    _print([vars(copy) for copy in copies], None, arguments)
    _print_lines(datasets.copy_lines(copies), arguments)
    return int(any(copy.state in ("damaged", "missing") for copy in copies))


def _records(loaded: Plugins, names: list[str]) -> list[Any]:
    from relxfer.contract.records import Dataset

    offers = [loaded.find(Dataset.kind, name) for name in names] if names else loaded.all(Dataset.kind)
    return [offer.record for offer in offers]


def _print(value: Any, rendered: Any, arguments: Any) -> None:
    """Print the value as JSON if that is asked for, else what is rendered of it."""
    if arguments.json:
        print_json(value)
    elif rendered:
        out().print(rendered)


def _print_lines(lines: list[str], arguments: Any) -> None:
    """Print lines without truncating or wrapping them, so that paths and digests can be copied."""
    if lines and not arguments.json:
        say("\n".join(lines))
