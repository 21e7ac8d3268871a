"""`relxfer embed`: the features that a model of a run has of its items, by name."""

from __future__ import annotations

import argparse
from pathlib import Path

from relxfer.cli import options
from relxfer.cli.console import plugins, print_json, remark

NAME = "embed"
HELP = "the features that a model of a run has of nodes or pictures, by name"


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_models(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", required=True, help="file to write: .parquet, .npz, .csv or .tsv"
    )
    parser.add_argument(
        "--queries",
        type=options.readable,
        metavar="PATH",
        help="items of your own, a table of names or files, as for `relxfer predict` (default: all of the target)",
    )
    options.add_row(parser)
    parser.add_argument("--force", action="store_true", help="overwrite the file that --out names")
    options.add_json(parser)
    options.add_plugins(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.predict import embedding, questions
    from relxfer.predict.formats import vectors

    vectors.check(arguments.out, arguments.force)
    given = arguments.run, plugins(arguments.plugins)
    wanted = options.wanted(arguments)
    if arguments.queries is None:
        made = embedding.of_all(*given, wanted)
    else:
        made = embedding.of_questions(*given, questions.read(arguments.queries), wanted)
    count = made.write(arguments.out)
    if arguments.json:
        columns = [*made.words()]
        print_json({"out": str(arguments.out), "model": made.description, "columns": columns, "items": count,
                    "width": made.features.shape[1]})  # fmt: skip
    remark(f"wrote {count:,} vectors of {made.features.shape[1]:,} numbers to {arguments.out}: {made.description}")
    return 0
