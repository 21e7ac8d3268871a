"""`relxfer bench`: run a suite and compare its results with published values."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json

if TYPE_CHECKING:
    from relxfer.bench.references import References
    from relxfer.bench.suites import Suite
    from relxfer.plugins.finder import Plugins
    from relxfer.results.results import Results
    from relxfer.results.standings import SuiteStandings, SuiteSummary

NAME = "bench"
HELP = "run a benchmark suite and compare with published values, or list the suites"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suite", metavar="SUITE|list", help="name of a suite, or the TOML file of one; list: show all")
    parser.add_argument(
        "--only", nargs="+", action="extend", default=[], metavar="TARGET", help="run these targets of the suite"
    )
    parser.add_argument(
        "--checkpoint",
        type=options.readable,
        metavar="FILE",
        help="source model, for the suites that train none themselves",
    )
    options.add_changes(parser)
    options.add_plugins(parser)
    options.add_json(parser)
    options.add_running(parser)


def do(arguments: Any) -> int:
    from relxfer.bench import references, suites

    published, loaded = references.load(), plugins(arguments.plugins)
    if arguments.suite == "list":
        return _list(arguments, suites.listing(published, loaded))
    suite = suites.load(arguments.suite, published, options.changes(arguments), loaded).only(arguments.only)
    return _run(arguments, suite.with_checkpoint(arguments.checkpoint, published), published, loaded)


def _list(arguments: Any, summaries: list[SuiteSummary]) -> int:
    from relxfer.report.standings import render_suites

    if arguments.json:
        print_json([asdict(suite) for suite in summaries])
    else:
        out().print(render_suites(summaries))
    return 0


def _run(arguments: Any, suite: Suite, published: References, loaded: Plugins) -> int:
    from relxfer.bench.standings import Standings, seen_by
    from relxfer.execute.runner import run
    from relxfer.judge.scoring import Scorer
    from relxfer.report.progress import ProgressDisplay

    experiment = suite.resolve(loaded)
    seen = {source.name: seen_by(source, published, loaded) for source in experiment.sources}
    folder = arguments.out or Path("runs") / f"bench-{suite.name}"
    with ProgressDisplay(options.level(arguments)) as display:
        results = run(experiment, loaded, folder, (display,), arguments.fresh)
    standings = Standings(suite.name, suite.options, results, published, seen, Scorer(loaded)).found()
    if arguments.json:
        print_json(standings.card())
    else:
        _print(results, standings, loaded)
    return 1 if results.failed else 0


def _print(results: Results, standings: SuiteStandings, loaded: Plugins) -> None:
    """Print the standings, after the report of the run if it compares strategies."""
    from relxfer.report import standings as report
    from relxfer.report import terminal

    console = out()
    if len({row.strategy for row in results.rows}) > 1:
        console.print(terminal.render(results, loaded))
    console.print(report.render(standings))
