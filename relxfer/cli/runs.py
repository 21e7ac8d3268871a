"""`relxfer runs`: list runs, and clean them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import complain, out, print_json
from relxfer.errors import RelxferError, UsageError
from relxfer.store import escaping

NAME = "runs"
HELP = "list runs, or remove what they no longer need"
DEFAULT = Path("runs")


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="list|clean", dest="verb", required=True)
    listing = verbs.add_parser("list", help="runs in a folder")
    options.add_json(listing)
    clean = verbs.add_parser("clean", help="remove weights, evaluations and phase files no planned cell refers to")
    clean.add_argument("--all", action="store_true", help="remove the runs; files that are not relxfer's stay")
    for verb in (listing, clean):
        verb.add_argument("folder", nargs="?", type=Path, default=DEFAULT, help="folder of runs (default runs/)")


def do(arguments: Any) -> int:
    from relxfer.store.run_directory import runs_under

    if not arguments.folder.is_dir() and arguments.folder != DEFAULT:
        raise UsageError(f"expected a folder of runs, got {arguments.folder}, which is none; name one that holds runs")
    stores = runs_under(arguments.folder)
    if arguments.verb == "list":
        rows = [row for store in stores if (row := _row(store))]
        if arguments.json:
            print_json(rows)
        else:
            _print(rows)
        return 0
    code = max([0, *(_clean(store, arguments.all) for store in stores)])
    if not stores:
        out().print(f"no runs in {arguments.folder}")
    return code


def _clean(store: Any, everything: bool) -> int:
    """Remove what is no longer needed of a run, or all of it; one that cannot be is left with a complaint."""
    from relxfer.results.results import as_written
    from relxfer.store.run_directory import Store

    try:
        if store.folder.is_symlink():
            raise UsageError(f"expected a folder, got a link to one: {store.folder}; name the folder that it lies in")
        with Store.open(store.folder).locked(), as_written(store.folder):
            removed = [] if everything else store.drop_unreferenced()
    except RelxferError as error:
        complain(str(error))
        return error.exit_code
    if everything:
        removed = store.remove()
    left = f"; left what is not relxfer's in {store.folder}" if everything and store.folder.exists() else ""
    out().print(f"{store.folder}: {len(removed)} removed{left}")
    return 0


def _row(store: Any) -> dict[str, Any] | None:
    """What is known of a run; of one whose files are damaged only that, as a complaint."""
    from relxfer.results.results import as_written
    from relxfer.store.run_directory import Store

    try:
        with as_written(store.folder):
            return _known(Store.open(store.folder))
    except RelxferError as error:
        complain(str(error))
        return None


def _known(store: Any) -> dict[str, Any]:
    results = store.folder / "results.json"
    found = store.read("results.json") if results.exists() else {"cells": []}
    counts: dict[str, int] = {}
    for cell in found["cells"]:
        counts[cell["status"]] = counts.get(cell["status"], 0) + 1
    size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    started = store.read("provenance.json")["started"]
    return {
        "run": str(store.folder),
        "started": started,
        "finished": results.exists(),
        "cells": counts,
        "bytes": size,
    }


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table("run", "started", "cells", "MB", box=None)
    for row in escaping.every(rows, escaping.terminal):
        cells = ", ".join(f"{count} {status}" for status, count in row["cells"].items())
        table.add_row(row["run"], row["started"], cells or "not finished", f"{row['bytes'] / 1e6:.1f}")
    out().print(table if rows else "no runs here")
