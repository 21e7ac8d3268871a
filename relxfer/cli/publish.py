"""`relxfer publish`: put a row of a run on the hub, with a model card."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from relxfer.cli import options
from relxfer.cli.console import plugins, print_json, print_plain, remark
from relxfer.errors import UsageError

NAME = "publish"
HELP = (
    "put the models of a run on the hub, with a model card that says gains, intervals and what was seen (exit codes: "
    "0 it is there; 2 the run or the address cannot be used, or the hub refused it; 3 a plugin is broken)"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run", type=options.readable, metavar="RUN", help="run directory, or a folder that `relxfer refit` wrote"
    )
    parser.add_argument("--to", required=True, metavar="hf://OWNER/NAME", help="repository; it is made if need be")
    parser.add_argument("--public", action="store_true", help="let everybody see a new repository (default: only you)")
    parser.add_argument(
        "--dry-run", action="store_true", help="list the files and print the model card, and send nothing"
    )
    options.add_row(parser)
    options.add_plugins(parser)
    options.add_json(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.predict import publishing
    from relxfer.store.hub.address import Address
    from relxfer.store.hub.upload import upload

    to = Address.of(arguments.to)
    if to.path or to.kind != "model":
        raise UsageError(f"expected --to hf://owner/name, got {to}; a run is published as a whole repository of models")
    with tempfile.TemporaryDirectory() as aside:
        out = Path(aside)
        wanted, loaded = options.wanted(arguments), plugins(arguments.plugins)
        lines = publishing.write(arguments.run, out, f"hf://{to.repository}", loaded, wanted)
        for line in lines:
            remark(line)
        card = (out / "README.md").read_text(encoding="utf-8")
        there = None if arguments.dry_run else upload(out, to, private=not arguments.public)
    if arguments.json:
        print_json({"published": there and str(there), "contents": lines, "card": card})
    elif there is None:
        print_plain(card)
    else:
        remark(f"published as {there}; next: relxfer predict {there} --queries FILE")
    return 0
