"""`relxfer bench`: run a suite and compare its results with published values."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json
from relxfer.errors import UsageError

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
    parser.add_argument(
        "--tune", action="store_true", help="run the suite a second time with options that are chosen by validation"
    )
    parser.add_argument(
        "--trials", type=options.positive, metavar="N", help="with --tune: trials of each row (default: 16)"
    )
    options.add_changes(parser)
    options.add_plugins(parser)
    options.add_json(parser)
    options.add_running(parser)


def do(arguments: Any) -> int:
    from relxfer.bench import references, suites

    if arguments.trials is not None and not arguments.tune:
        raise UsageError("expected --tune beside --trials, got --trials alone; add --tune, or leave it out")
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
    """Run the suite as it is written, and with `--tune` its variant too, in a folder beside."""
    from relxfer.bench import tuned

    folder = arguments.out or Path("runs") / f"bench-{suite.name}"
    made = [_judged(arguments, suite, folder, published, loaded)]
    if arguments.tune:
        variant, beside = tuned.variant(suite, arguments.trials), folder.with_name(f"{folder.name}-tuned")
        made.append(_judged(arguments, variant, beside, published, loaded, search=True))
    if arguments.json:
        cards = [standings.card() for _, standings in made]
        print_json({"written": cards[0], "tuned": cards[1]} if arguments.tune else cards[0])
    else:
        for results, standings in made:
            _print(results, standings, loaded)
    return 1 if any(results.failed for results, _ in made) else 0


def _judged(
    arguments: Any, suite: Suite, folder: Path, published: References, loaded: Plugins, search: bool = False
) -> tuple[Results, SuiteStandings]:
    """The results of a suite, after a search of its options where that is wanted, and how they stand."""
    from relxfer.bench import tuned
    from relxfer.bench.standings import Standings, seen_by
    from relxfer.choose.tuning.tuning import tune
    from relxfer.execute.runner import run
    from relxfer.judge.scoring import Scorer
    from relxfer.report.progress import ProgressDisplay

    experiment, fresh = suite.resolve(loaded), arguments.fresh
    seen = {source.name: seen_by(source, published, loaded) for source in experiment.sources}
    with ProgressDisplay(options.level(arguments)) as display:
        if search:
            experiment, _ = tune(experiment, loaded, folder, (display,), fresh)
        results = run(experiment, loaded, folder, (display,), fresh and not search)
    chosen = tuned.told(suite.options, results, loaded)
    standings = Standings(suite.name, suite.options, results, published, seen, Scorer(loaded), chosen)
    return results, standings.found()


def _print(results: Results, standings: SuiteStandings, loaded: Plugins) -> None:
    """Print the standings, after the report of the run if it compares strategies."""
    from relxfer.report import standings as report
    from relxfer.report import terminal

    console = out()
    if len({row.strategy for row in results.rows}) > 1:
        console.print(terminal.render(results, loaded))
    console.print(report.render(standings))
