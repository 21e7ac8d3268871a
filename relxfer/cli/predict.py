"""`relxfer predict`: named predictions of a model from a finished run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json, remark
from relxfer.errors import UsageError

NAME = "predict"
HELP = "named predictions of a transferred model"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="run directory, or the file of a model (.safetensors)")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--queries",
        type=Path,
        metavar="PATH",
        help="table of names with a header (TSV, CSV, Parquet); or the files to classify: a file, a folder, a pattern",
    )
    asked.add_argument("--relation", metavar="R", help="ask this relation of every entity")
    asked.add_argument(
        "--all",
        action="store_true",
        help="ask every (entity, relation) of the observed facts, and write the answers to --out (.tsv or .csv); after "
        "an interruption, the same command continues",
    )
    parser.add_argument(
        "--top-k", type=options.positive, default=10, metavar="K", help="answers for each query (default 10)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write .tsv, .csv, .json or .parquet (default: the terminal)"
    )
    parser.add_argument(
        "--strategy", metavar="NAME", help="whose model (default: the first strategy of the configuration)"
    )
    parser.add_argument("--target", metavar="NAME", help="which target (default: the first)")
    parser.add_argument("--cell", metavar="ID", help="a cell by the beginning of its id, instead of a strategy")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="your configuration of the run, instead of the one in its folder; beside the file of a model: of its data",
    )
    parser.add_argument("--keep-known", action="store_true", help="also give answers that are in the data already")
    parser.add_argument("--skip-bad", action="store_true", help="leave out rows of --queries that do not fit")
    parser.add_argument("--force", action="store_true", help="overwrite the file that --out names")
    options.add_json(parser)
    options.add_plugins(parser)


def do(arguments: argparse.Namespace) -> int:
    from relxfer.data.bad_rows import BadRowList
    from relxfer.predict import predictions

    if arguments.all and not arguments.out:
        raise UsageError("expected --out FILE with --all, got none: there are too many answers for the terminal")
    if arguments.out:
        predictions.check_place(arguments.out, arguments.force, arguments.queries)
    if arguments.all:
        return _everything(arguments)
    asked = arguments.queries
    bad = BadRowList("queries", arguments.skip_bad)
    question = {"relation": [arguments.relation]} if asked is None else predictions.questions(asked, bad)
    for note in bad.settle():
        remark(note)
    chosen = _chosen(arguments)
    _announce(chosen)
    answers = predictions.answers(chosen, chosen.domain.ask(question), arguments.top_k, arguments.keep_known)
    if arguments.out:
        remark(f"wrote {answers.write(arguments.out):,} rows to {arguments.out}")
    elif arguments.json:
        print_json(predictions.as_rows(answers.table()))
    else:
        out().print(_rendered(answers.table()))
    return 0


def _chosen(arguments: argparse.Namespace) -> Any:
    from relxfer.predict import predictions

    named = (arguments.strategy, arguments.target, arguments.cell)
    return predictions.choose(arguments.run, plugins(arguments.plugins), *named, arguments.config)


def _everything(arguments: argparse.Namespace) -> int:
    from relxfer.predict import journal
    from relxfer.report.progress import counted

    chosen = _chosen(arguments)
    _announce(chosen)
    with counted("queries") as progress:
        queries = journal.write(chosen, arguments.out, arguments.top_k, arguments.keep_known, arguments.force, progress)
    remark(f"wrote the answers to {queries:,} queries to {arguments.out}")
    return 0


def _announce(chosen: Any) -> None:
    """Print which model answers, and the notes of its learner."""
    remark(f"predicting with {chosen.description}")
    for note in chosen.learner.notes() if hasattr(chosen.learner, "notes") else ():
        remark(note)


def _rendered(columns: dict[str, list[Any]]) -> Any:
    from relxfer.report.table import table
    from relxfer.store import escaping

    columns = escaping.every(columns, escaping.terminal)
    made = table(columns, folds=columns)
    for row in zip(*columns.values(), strict=True):
        made.add_row(*(f"{v:.4f}" if isinstance(v, float) else str(v) for v in row))
    return made
