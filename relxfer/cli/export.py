"""`relxfer export`: the network of a run as files for programs without relxfer."""

from __future__ import annotations

import argparse
from pathlib import Path

from relxfer.cli import options
from relxfer.cli.console import plugins, print_json, remark

NAME = "export"
HELP = "write the network of a run for programs without relxfer: a state dict, and ONNX"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_models(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder to write (default: RUN and '-export')")
    parser.add_argument("--onnx", action="store_true", help="also write model.onnx; needs the extra onnx")
    options.add_row(parser)
    options.add_json(parser)
    options.add_plugins(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.predict import export, predictions

    out = arguments.out or options.beside(arguments.run, "-export")
    export.check(out, arguments.onnx)
    chosen = predictions.choose(arguments.run, plugins(arguments.plugins), options.wanted(arguments))
    card = export.export(chosen, out, arguments.onnx)
    if arguments.json:
        print_json({"folder": str(out), **card})
    remark(f"wrote the network of {card['model']} to {out}")
    if len(chosen.members) > 1:
        remark("--seed N names another")
    return 0
