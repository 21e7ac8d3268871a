"""`relxfer publish`: put a row of a run on the hub, with a model card."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from relxfer.cli import options
from relxfer.cli.console import plugins, print_plain, remark
from relxfer.errors import UsageError

NAME = "publish"
HELP = (
    "put the models of a run on the hub, with a model card that says gains, intervals and what was seen (exit codes: "
    "0 it is there; 2 the run or the address cannot be used, or the hub refused it; 3 a plugin is broken)"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="run directory, or a folder that `relxfer refit` wrote")
    parser.add_argument("--to", required=True, metavar="hf://OWNER/NAME", help="repository; it is made if need be")
    parser.add_argument("--public", action="store_true", help="let everybody see a new repository (default: only you)")
    parser.add_argument(
        "--dry-run", action="store_true", help="list the files and print the model card, and send nothing"
    )
    options.add_row(parser)
    options.add_plugins(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.predict import publishing
    from relxfer.predict.chosen import Wanted
    from relxfer.store.hub.address import Address
    from relxfer.store.hub.upload import upload

    to = Address.of(arguments.to)
    if to.path or to.kind != "model":
        raise UsageError(f"expected --to hf://owner/name, got {to}; a run is published as a whole repository of models")
    named = arguments.strategy, arguments.target, arguments.cell, arguments.seed, arguments.config
    with tempfile.TemporaryDirectory() as aside:
        out = Path(aside)
        for line in publishing.write(
            arguments.run, out, f"hf://{to.repository}", plugins(arguments.plugins), Wanted(*named)
        ):
            remark(line)
        if arguments.dry_run:
            print_plain((out / "README.md").read_text(encoding="utf-8"))
            return 0
        there = upload(out, to, private=not arguments.public)
    remark(f"published as {there}; next: relxfer predict {there} --queries FILE")
    return 0
