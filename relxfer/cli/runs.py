"""`relxfer runs`: list runs, and remove files that they no longer need."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.cli import options
from relxfer.cli.console import complain, out, print_json, say
from relxfer.cli.failure import Failure
from relxfer.errors import RelxferError, UsageError
from relxfer.store import escaping
from relxfer.store.json_text import JsonObject

if TYPE_CHECKING:
    from relxfer.store.run_directory import Store

NAME = "runs"
HELP = "list runs, or remove what they no longer need"
DEFAULT = Path("runs")


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="list|clean", dest="verb", required=True)
    listing = verbs.add_parser("list", help="runs in a folder")
    clean = verbs.add_parser("clean", help="remove weights, evaluations and phase files that no planned cell uses")
    clean.add_argument("--all", action="store_true", help="remove the runs; files that are not relxfer's stay")
    for verb in (listing, clean):
        options.add_json(verb)
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
    cleaned = [_clean(store, arguments.all) for store in stores]
    if arguments.json:
        print_json([each.card() for each in cleaned])
    else:
        _tell(cleaned, arguments.folder)
    return max([0, *(each.failure.exit_code for each in cleaned if each.failure)])


@dataclass(frozen=True)
class Cleaned:
    """A run that was cleaned, or could not be.

    removed  number of files and folders that were removed
    left     whether the folder is still there because it holds what is not relxfer's
    failure  why it was left as it is
    """

    run: str
    removed: int = 0
    left: bool = False
    failure: Failure | None = None

    def card(self) -> JsonObject:
        """As JSON."""
        failed = self.failure.card() if self.failure else {}
        return {"run": self.run, "removed": self.removed, "left": self.left, **failed}


def _tell(cleaned: list[Cleaned], folder: Path) -> None:
    for each in cleaned:
        if each.failure:
            each.failure.tell(as_json=False)
        else:
            left = f"; left what is not relxfer's in {each.run}" if each.left else ""
            say(f"{each.run}: {each.removed} removed{left}")
    if not cleaned:
        say(f"no runs in {folder}")


def _clean(store: Store, everything: bool) -> Cleaned:
    """Remove the files that a run no longer needs, or the whole run; one that cannot be cleaned is left as it is."""
    from relxfer.store.run_directory import Store

    name = str(store.folder)
    try:
        if store.folder.is_symlink():
            raise UsageError(f"expected a folder, got a link to one: {store.folder}; name the folder itself")
        with Store.open(store.folder).locked():
            removed = [] if everything else _drop_unreferenced(store)
    except RelxferError as error:
        return Cleaned(name, failure=Failure.of(error))
    if everything:
        removed = store.remove()
    return Cleaned(name, len(removed), everything and store.folder.exists())


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
