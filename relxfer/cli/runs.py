"""`relxfer runs`: list runs, and clean them."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from relxfer.cli import options
from relxfer.cli.console import out, print_json

NAME = "runs"
HELP = "list runs, or remove what they no longer need"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="list|clean", dest="verb", required=True)
    listing = verbs.add_parser("list", help="runs in a folder")
    options.add_json(listing)
    clean = verbs.add_parser("clean", help="remove weights, evaluations and phase files no planned cell refers to")
    clean.add_argument("--all", action="store_true", help="remove the runs themselves")
    for verb in (listing, clean):
        verb.add_argument("folder", nargs="?", type=Path, default=Path("runs"), help="folder of runs (default runs/)")


def do(arguments: Any) -> int:
    from relxfer.store import runs_under

    stores = runs_under(arguments.folder)
    if arguments.verb == "list":
        rows = [_row(store) for store in stores]
        if arguments.json:
            print_json(rows)
        else:
            _print(rows)
        return 0
    for store in stores:
        with store.locked():
            removed = [store.folder] if arguments.all else store.unreferenced()
            for path in removed:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        out().print(f"{store.folder}: {len(removed)} removed", markup=False)
    return 0


def _row(store: Any) -> dict[str, Any]:
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
    for row in rows:
        cells = ", ".join(f"{count} {status}" for status, count in row["cells"].items())
        table.add_row(row["run"], row["started"], cells or "not finished", f"{row['bytes'] / 1e6:.1f}")
    out().print(table if rows else "no runs here")
