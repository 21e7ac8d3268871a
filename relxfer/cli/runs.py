"""`relxfer runs`: list runs, and remove files that they no longer need."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.cli import options
from relxfer.cli.console import complain, out, print_json
from relxfer.errors import RelxferError, UsageError
from relxfer.store import escaping

if TYPE_CHECKING:
    from relxfer.store.run_directory import Store

NAME = "runs"
HELP = "list runs, or remove what they no longer need"
DEFAULT = Path("runs")


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="list|clean", dest="verb", required=True)
    listing = verbs.add_parser("list", help="runs in a folder")
    options.add_json(listing)
    clean = verbs.add_parser("clean", help="remove weights, evaluations and phase files that no planned cell uses")
    clean.add_argument("--all", action="store_true", help="remove the runs; files that are not relxfer's stay")
    for verb in (listing, clean):
        verb.add_argument("folder", nargs="?", type=Path, default=DEFAULT, help="folder of runs (default runs/)")


def do(arguments: Any) -> int:
    from relxfer.store.run_directory import runs_under

    if not arguments.folder.is_dir() and arguments.folder != DEFAULT:
        raise UsageError(
            f"expected a folder of runs, got {arguments.folder}, which is not a folder; name one with runs"
        )
    stores = runs_under(arguments.folder)
    if arguments.verb == "list":
        rows = [row for store in stores if (row := _listed(store))]
        if arguments.json:
            print_json([asdict(row) for row in rows])
        else:
            _print(rows)
        return 0
    code = max([0, *(_clean(store, arguments.all) for store in stores)])
    if not stores:
        out().print(f"no runs in {arguments.folder}")
    return code


def _clean(store: Store, everything: bool) -> int:
    """Remove the files that a run no longer needs, or the whole run; return the exit code.

    A run that cannot be cleaned is left as it is, with an error message.
    """
    from relxfer.store.run_directory import Store

    try:
        if store.folder.is_symlink():
            raise UsageError(f"expected a folder, got a link to one: {store.folder}; name the folder itself")
        with Store.open(store.folder).locked():
            removed = [] if everything else _drop_unreferenced(store)
    except RelxferError as error:
        complain(str(error))
        return error.exit_code
    if everything:
        removed = store.remove()
    left = f"; left what is not relxfer's in {store.folder}" if everything and store.folder.exists() else ""
    out().print(f"{store.folder}: {len(removed)} removed{left}")
    return 0


def _drop_unreferenced(store: Store) -> list[Path]:
    """Remove the files that no cell of a finished run refers to; an unfinished run still needs all its files."""
    from relxfer.results.results import Results
    from relxfer.store.run_directory import RESULTS

    if not (store.folder / RESULTS).exists():
        return []
    cells = Results.open(store.folder).cells
    return store.drop_unreferenced({name for c in cells for name in (c.id, c.evaluation, c.artefact)})


@dataclass(frozen=True)
class Listed:
    """A run in the list.

    started   time, as ISO 8601
    finished  whether it has results
    cells     status -> number of cells
    bytes     size of the run directory
    """

    run: str
    started: str
    finished: bool
    cells: Mapping[str, int]
    bytes: int


def _listed(store: Store) -> Listed | None:
    """The line of a run; None, with an error message, if its files are damaged."""
    from relxfer.results.results import Results
    from relxfer.results.stored import unfit
    from relxfer.store.run_directory import MARKER, RESULTS, Store

    try:
        started = Store.open(store.folder).read(MARKER).get("started")
        if not isinstance(started, str):
            raise unfit(store.folder, f"no time in {MARKER}")
        finished = (store.folder / RESULTS).exists()
        cells = Results.open(store.folder).cells if finished else ()
    except RelxferError as error:
        complain(str(error))
        return None
    size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    return Listed(str(store.folder), started, finished, dict(Counter(cell.status for cell in cells)), size)


def _print(rows: list[Listed]) -> None:
    from relxfer.report.table import table

    made = table(("run", "started", "cells", "MB"))
    for row in escaping.every(rows, escaping.terminal):
        cells = ", ".join(f"{count} {status}" for status, count in row.cells.items())
        made.add_row(row.run, row.started, cells or "not finished", f"{row.bytes / 1e6:.1f}")
    out().print(made if rows else "no runs here")
