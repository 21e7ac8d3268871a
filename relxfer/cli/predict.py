"""`relxfer predict`: named predictions of a model from a finished run."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json, remark
from relxfer.errors import UsageError

NAME = "predict"
HELP = "named predictions of a transferred model"
#: The exit code where some rows of a question could not be asked.
NOT_ASKED = 5
#: How many of these are told one by one.
_MOST = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    options.add_models(parser)
    _add_questions(parser)
    parser.add_argument(
        "--facts",
        type=options.readable,
        metavar="FILE",
        help="further facts or edges that are known, in the formats of the data; their names may be new",
    )
    parser.add_argument(
        "--as-judged",
        action="store_true",
        help="know only what the experiment showed to its models; what was held out may be an answer (default: "
        "everything in the data is known)",
    )
    parser.add_argument(
        "--top-k", type=options.positive, default=10, metavar="K", help="answers for each query (default 10)"
    )
    parser.add_argument(
        "--coverage",
        type=options.share,
        metavar="P",
        help="give every query a set of answers that holds the right one with this probability, such as 0.9, with its "
        "size and whether to abstain; intervals, where answers are numbers",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write .tsv, .csv, .json, .jsonl, .parquet, .duckdb, or a format of the data, such as .graphml (default: "
        "the terminal)",
    )
    options.add_row(parser)
    parser.add_argument("--keep-known", action="store_true", help="also give answers that are in the data already")
    parser.add_argument("--skip-bad", action="store_true", help="leave out rows of --queries that do not fit")
    parser.add_argument(
        "--force", action="store_true", help="overwrite the file that --out names; of a .duckdb, the table predictions"
    )
    options.add_json(parser)
    options.add_plugins(parser)


def _add_questions(parser: argparse.ArgumentParser) -> None:
    """Add the ways of asking, of which one is needed."""
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--queries",
        type=options.readable,
        metavar="PATH",
        help="table of names with a header (TSV, CSV, Parquet), which may say answers, to be scored; or the files to "
        "classify: a file, a folder, a pattern",
    )
    asked.add_argument(
        "--relation", metavar="R", help="ask this relation of every entity; the most likely facts come first"
    )
    asked.add_argument(
        "--pair",
        nargs=2,
        metavar=("HEAD", "TAIL"),
        help="ask about this one pair, as a row of --queries with the columns head and tail: which relation holds "
        "between the two",
    )
    asked.add_argument(
        "--all",
        action="store_true",
        help="ask every (entity, relation), or linked pair, of the known facts, or every node, pair or picture "
        "without an answer, and write the answers to --out; after an interruption, the same command continues (.tsv, "
        ".csv)",
    )
    asked.add_argument(
        "--to-label",
        type=options.positive,
        metavar="N",
        help="name the N items without an answer whose labels would teach the model most, the most uncertain and "
        "unlike one another, with what is predicted of them",
    )


def do(arguments: argparse.Namespace) -> int:
    from relxfer.data.bad_rows import BadRowList
    from relxfer.predict import predictions, questions

    if arguments.all and not arguments.out:
        raise UsageError("expected --out FILE with --all, got none: there are too many answers for the terminal")
    if arguments.out:
        predictions.check_place(arguments.out, arguments.force, arguments.queries)
    if arguments.all:
        return _everything(arguments)
    if arguments.to_label:
        return _to_label(arguments)
    path, bad = arguments.queries, BadRowList("queries", arguments.skip_bad)
    question = questions.read(path, bad) if path is not None else _named(arguments)
    for note in bad.settle():
        remark(note)
    chosen = _chosen(arguments)
    _announce(chosen, arguments)
    if arguments.out:
        predictions.check_format(arguments.out, chosen.domain)
    asked = questions.asked(chosen.domain, question)
    _give(predictions.answers_to(chosen, asked, arguments.top_k, arguments.keep_known, arguments.coverage), arguments)
    return _told_bad(asked.bad)


def _named(arguments: argparse.Namespace) -> dict[str, list[str]]:
    """The question of --relation or of --pair, as columns."""
    if arguments.pair is None:
        return {"relation": [arguments.relation]}
    return {side: [name] for side, name in zip(("head", "tail"), arguments.pair, strict=True)}


def _to_label(arguments: argparse.Namespace) -> int:
    from relxfer.predict import predictions

    for name in ("coverage", "keep_known", "skip_bad"):
        if getattr(arguments, name):
            flag = name.replace("_", "-")
            raise UsageError(f"expected --to-label without --{flag}, which has no effect on it; leave --{flag} out")
    chosen = _chosen(arguments)
    _announce(chosen, arguments)
    if arguments.out:
        predictions.check_format(arguments.out, chosen.domain)
    _give(predictions.worth_labelling(chosen, arguments.to_label), arguments)
    return 0


def _give(answers: Any, arguments: argparse.Namespace) -> None:
    """Write or print answers."""
    from relxfer.predict import predictions

    if arguments.out:
        _told_written(arguments, "rows", answers.write(arguments.out))
    elif arguments.json:
        print_json(predictions.as_rows(answers.table()))
    else:
        out().print(_rendered(answers.table()))


def _told_bad(bad: Mapping[int, str]) -> int:
    """Say which rows of a question were not asked and why; the exit code."""
    if not bad:
        return 0
    remark(f"not asked: {len(bad):,} row{'s' * (len(bad) > 1)} of the question; the others are answered")
    for row, told in list(bad.items())[:_MOST]:
        remark(f"  row {row + 1}: {told}")
    if len(bad) > _MOST:
        remark(f"  and {len(bad) - _MOST:,} more")
    return NOT_ASKED


def _chosen(arguments: argparse.Namespace) -> Any:
    from relxfer.predict import predictions

    wanted = options.wanted(arguments, arguments.as_judged, arguments.facts)
    return predictions.choose(arguments.run, plugins(arguments.plugins), wanted)


def _everything(arguments: argparse.Namespace) -> int:
    from relxfer.predict.formats import journal
    from relxfer.report.progress import counted

    chosen = _chosen(arguments)
    _announce(chosen, arguments)
    with counted("queries") as progress:
        given = arguments.top_k, arguments.keep_known, arguments.force
        queries = journal.write(chosen, arguments.out, *given, progress, arguments.coverage)
    _told_written(arguments, "queries", queries)
    return 0


def _told_written(arguments: argparse.Namespace, what: str, count: int) -> None:
    """Say how many rows, or the answers to how many queries, were written."""
    if arguments.json:
        print_json({"wrote": str(arguments.out), what: count})
    else:
        remark(f"wrote {'the answers to ' * (what == 'queries')}{count:,} {what} to {arguments.out}")


def _announce(chosen: Any, arguments: argparse.Namespace) -> None:
    """Print which models answer and why, what was added to their data, and the notes of their learner."""
    remark(f"predicting with {chosen.description}")
    if arguments.facts is not None:
        remark(chosen.domain.notes[-1])
    for note in chosen.learner.notes() if hasattr(chosen.learner, "notes") else ():
        remark(note)


def _rendered(columns: dict[str, list[Any]]) -> Any:
    from relxfer.report.split import SplitTable
    from relxfer.store import escaping

    columns = escaping.every(columns, escaping.terminal)
    rows = [
        [f"{v:.4f}" if isinstance(v, float) else str(v) for v in row] for row in zip(*columns.values(), strict=True)
    ]
    keys = [name for name in columns if any(isinstance(v, str) for v in columns[name])]
    first = list(columns)[: next((i for i, name in enumerate(columns) if name not in keys), len(columns))]
    return SplitTable(first, list(columns)[len(first) :], rows)
