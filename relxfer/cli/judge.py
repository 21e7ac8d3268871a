"""`relxfer judge`: whether systems differ, by scores of single items that any tool wrote."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from relxfer.cli import options
from relxfer.cli.console import complain, out, print_json, print_plain, remark
from relxfer.errors import UsageError

if TYPE_CHECKING:
    from relxfer.results.comparing.tolerance import Tolerance
    from relxfer.results.systems.judgement import Judgement

NAME = "judge"
HELP = "say whether systems differ, by scores of single items that any tool wrote"
#: The exit code where a system is worse than allowed, that of `relxfer compare`.
REGRESSION = 4
#: Role of a column -> what its option says.
_COLUMNS = {
    "id": "column with the ids of items",
    "seed": "column with the names of runs",
    "group": "column of items that belong together, such as questions about one text: groups are resampled as one",
    "class": "column with classes that shall count alike, so that the mean is a balanced one",
    "system": "column with the names of systems, of a table that holds several",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        type=options.readable,
        nargs="+",
        metavar="FILE",
        help="a table with a row for each item (CSV, TSV, JSON lines, Parquet, each also .gz) of one system, or of "
        "several, which a column names; samples_*.jsonl of lm-evaluation-harness, or the folder that holds them; .eval "
        "or .json of inspect",
    )
    parser.add_argument(
        "--baseline", metavar="NAME", help="the system that others are compared with (default: the first)"
    )
    for role, meaning in _COLUMNS.items():
        parser.add_argument(f"--{role}", metavar="NAME", dest=f"column_{role}", help=meaning)
    parser.add_argument(
        "--metric", metavar="NAME", help="column with the score; of a log a metric, METRIC,FILTER or scorer"
    )
    parser.add_argument(
        "--minimal-effect",
        type=float,
        metavar="X",
        help="the smallest difference that matters (default: .05 for scores from 0 to 1, else none)",
    )
    parser.add_argument("--less-is-better", action="store_true", help="a smaller score is better, such as of an error")
    parser.add_argument("--skip-bad", action="store_true", help="leave out rows that cannot be used")
    parser.add_argument(
        "--fail-if-worse",
        type=_tolerance,
        metavar="TOLERANCE",
        help="exit with 4 if a system is worse than the baseline by more than this and the interval of its difference "
        "lies below 0; absolute such as 0.01, or a share of the baseline's mean such as 1%%",
    )
    options.add_json(parser)
    parser.add_argument("--markdown", action="store_true", help="print Markdown")


def do(arguments: Any) -> int:
    from relxfer.data.scores.records import Named
    from relxfer.results.systems import judging

    columns = {role: name for role in _COLUMNS if (name := getattr(arguments, f"column_{role}"))}
    asked = judging.Asked(arguments.baseline, arguments.minimal_effect, arguments.less_is_better)
    if arguments.json and arguments.markdown:
        raise UsageError("expected --json or --markdown, got both; leave one out")
    made = judging.files(arguments.files, Named(columns, arguments.metric), asked, arguments.skip_bad)
    _show(made, arguments)
    return _code(made, arguments.fail_if_worse)


def _show(made: Judgement, arguments: Any) -> None:
    from relxfer.report.systems.markdown import markdown
    from relxfer.report.systems.terminal import render

    if arguments.json:
        print_json(made.card())
        return
    if arguments.markdown:
        print_plain(markdown(made))
        return
    for note in made.notes:
        remark(note)
    out().print(render(made))


def _code(made: Judgement, limit: Tolerance | None) -> int:
    from relxfer.report.systems import sentences

    worse = made.worse(limit) if limit else []
    for each in worse:
        complain(sentences.worse(each, made))
    return REGRESSION if worse else 0


def _tolerance(text: str) -> Tolerance:
    from relxfer.results.comparing.tolerance import Tolerance

    try:
        return Tolerance.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
