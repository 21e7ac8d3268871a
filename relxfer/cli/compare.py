"""`relxfer compare`: compare two runs; with a limit, as a regression check."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from relxfer.cli import options
from relxfer.cli.console import complain, out, plugins, print_json

if TYPE_CHECKING:
    from relxfer.results.comparing.pairing import Limit

NAME = "compare"
HELP = "compare two runs, paired by seed and query; fail where the second is worse"
REGRESSION = 4


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", type=options.readable, metavar="A", help="run directory that came before")
    parser.add_argument("b", type=options.readable, metavar="B", help="run directory that is compared with it")
    parser.add_argument(
        "--fail-if-worse",
        action="append",
        default=[],
        type=_limit,
        metavar="METRIC:TOLERANCE",
        help="exit with 4 if some row is worse in B by more than the tolerance and the interval of its difference lies "
        "below 0; absolute such as mrr:0.01, or a share of A's value such as mrr:1%%; may be repeated",
    )
    options.add_json(parser)
    options.add_plugins(parser)


def do(arguments: Any) -> int:
    from relxfer.judge.scoring import Scorer
    from relxfer.report import pairing as report
    from relxfer.results.comparing import pairing
    from relxfer.results.results import Results
    from relxfer.results.stored import as_written

    limits = arguments.fail_if_worse
    a, b = Results.open(arguments.a), Results.open(arguments.b)
    with as_written(arguments.b), as_written(arguments.a):  # reads stored values of queries, which are not validated
        compared = pairing.pair(a, b, Scorer(plugins(arguments.plugins)), [limit.metric for limit in limits])
    worse = compared.worse(limits)
    if not arguments.json:
        out().print(report.render(compared))
    compared.require_rows(limits)
    if arguments.json:
        print_json(compared.card(worse))
    for row in worse:
        complain(report.sentence(row))
    return REGRESSION if worse else 0


def _limit(text: str) -> Limit:
    from relxfer.results.comparing.pairing import Limit

    try:
        return Limit.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
