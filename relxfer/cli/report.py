"""`relxfer report`: show the report of finished runs, without importing torch."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.cli import options
from relxfer.cli.console import out, plugins, print_json, print_plain, remark

if TYPE_CHECKING:
    from relxfer.plugins.finder import Plugins
    from relxfer.report.shown.points import Points
    from relxfer.results.curves.learning_curves import LearningCurves
    from relxfer.results.results import Results

NAME = "report"
HELP = "show the report of one or more runs"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", type=options.readable, metavar="RUN", help="run directory")
    parser.add_argument("-v", "--verbose", action="store_true", help="show every section of the report")
    options.add_sections(parser)
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument(
        "--curves", action="store_true", help="print only the learning curves, which need two or more label budgets"
    )
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write one page for a browser, with plots, that needs no network"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="also write the learning curves as PNG or SVG")
    parser.add_argument(
        "--lock",
        type=options.readable,
        metavar="FILE",
        help="refuse runs that were not made under the lock in your file",
    )
    options.add_json(parser)
    options.add_plugins(parser)


def do(arguments: Any) -> int:
    from relxfer.results.results import Results

    _check(arguments)
    opened = [Results.open(run) for run in arguments.runs]
    if arguments.lock:
        _require_lock(arguments.lock, opened)
    if arguments.json:
        cards = [results.card() for results in opened]
        print_json(cards[0] if len(cards) == 1 else cards)
    elif arguments.html:
        _write_page(opened, plugins(arguments.plugins), arguments.html)
    elif arguments.curves:
        _print_curves(opened)
    elif arguments.markdown:
        _print_markdown(opened)
    else:
        loaded = plugins(arguments.plugins)
        _print(opened, loaded, options.sections(arguments, loaded))
    if arguments.plot:
        from relxfer.report.plots import canvas, learning_curves

        canvas.write(learning_curves.figure(_asked(opened)), arguments.plot)
        remark(f"learning curves in {arguments.plot}")
    return 0


def _check(arguments: Any) -> None:
    """Check before anything is read that the files can be written."""
    if arguments.plot:
        from relxfer.report.plots import canvas

        canvas.check(arguments.plot)
    if arguments.html:
        from relxfer.report.html import page

        page.check(arguments.html)


def _write_page(opened: Sequence[Results], loaded: Plugins, file: Path) -> None:
    from contextlib import ExitStack

    from relxfer.report.html.page import page
    from relxfer.report.shown.subject import Subject
    from relxfer.results.stored import as_written
    from relxfer.store import files

    paths = [f"/{number}" for number in range(len(opened))] if len(opened) > 1 else [""]
    with ExitStack() as stack:
        for results in opened:
            stack.enter_context(as_written(results.folder))
        subjects = [
            replace(Subject.of(results, loaded, path), points=partial(_points, results, loaded))
            for results, path in zip(opened, paths, strict=True)
        ]
        text = page(subjects)
    files.write_bytes(file, text.encode())
    remark(f"the report as a page: {file} ({len(text.encode()) / 1000:,.0f} kB)")


#: Items of a test that are shown as points: each takes a hundred bytes of a page.
_POINTS = 300


def _points(results: Results, loaded: Plugins) -> Points:
    """Items of the test in a plane, as the row to use sees them; where it has no features, the first row that has."""
    from relxfer.errors import Incompatible
    from relxfer.predict import embedding
    from relxfer.predict.chosen import Wanted
    from relxfer.report.shown.points import Points

    trained = dict.fromkeys(row.strategy for row in results.rows if row.cost and row.cost.trained_parameters)
    refused: Incompatible | None = None
    for strategy in (None, *trained):
        try:
            made = embedding.of_test(results.folder, loaded, Wanted(strategy=strategy), _POINTS)
        except Incompatible as error:
            refused = refused or error
            continue
        plane, answers = made.plane(), made.answers or [""] * len(made)
        return Points(made.description, plane.points.tolist(), plane.explained, answers, made.predicted)
    assert refused is not None
    raise refused


def _require_lock(file: Path, opened: Sequence[Results]) -> None:
    """Compare the lock that the user holds with those under which runs were made.

    Raises:
        UsageError: a run was made under none, or under another.
    """
    from relxfer.errors import UsageError
    from relxfer.plan.lock import Lock, name

    held = Lock.read(file)
    for results in opened:
        theirs = results.lock and results.lock.sha256
        if theirs != held.sha256:
            got = f"one under {name(theirs)}" if theirs else "one under none"
            raise UsageError(
                f"expected in {results.folder} a run under {name(held.sha256)}, which is {file}, got {got}; whether it "
                f"is what was locked, `relxfer run {results.folder}/config.toml --lock {file} --dry-run` tells"
            )


def _print(opened: Sequence[Results], loaded: Plugins, sections: Sequence[str]) -> None:
    """Print reports with these sections."""
    from relxfer.report.terminal import render
    from relxfer.results.stored import as_written

    for results in opened:
        with as_written(results.folder):
            out().print(render(results, loaded, sections))


def _print_markdown(opened: Sequence[Results]) -> None:
    """Print reports as Markdown, which has no sections of plugins."""
    from relxfer.report.markdown import markdown
    from relxfer.results.stored import as_written

    for results in opened:
        with as_written(results.folder):
            print_plain(markdown(results))


def _print_curves(opened: Sequence[Results]) -> None:
    from relxfer.report.curves import tables
    from relxfer.results.stored import as_written

    _asked(opened)
    sections = []
    for results in opened:
        with as_written(results.folder):
            sections += tables.render_sections(results.curves)
    out().print(tables.with_legend(sections))


def _asked(opened: Sequence[Results]) -> list[LearningCurves]:
    """The learning curves of runs.

    Raises:
        UsageError: there are none.
    """
    from relxfer.errors import UsageError

    made = [curves for results in opened for curves in results.curves]
    if not made:
        raise UsageError(
            "expected runs where scratch and a strategy have two or more numbers of target labels, got none; write "
            'label_budgets = [10, 50, "all"] in [target] and run again'
        )
    return made
