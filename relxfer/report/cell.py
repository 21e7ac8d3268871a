"""One cell in full: names, outcome, trace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.errors import UsageError
from relxfer.report import diagnostics
from relxfer.results.results import as_written
from relxfer.store import escaping
from relxfer.store.run_directory import Store, runs_under


def find(prefix: str, folders: Sequence[Path] | None) -> dict[str, Any]:
    """The cell whose id starts so, in the given runs or in all of `runs/`."""
    stores = [Store.open(folder) for folder in folders] if folders else runs_under(Path("runs"))
    found = [
        (store, cell)
        for store in stores
        for cell in _cells(store)
        if prefix and str(cell.get("id", "")).startswith(prefix)
    ]
    ids = {(store.folder, cell["id"]) for store, cell in found}
    if len(ids) != 1:
        raise UsageError(
            f"expected the beginning of one cell's id, got {prefix!r}, which fits {len(ids)}; "
            "`relxfer report RUN --json` lists the ids; name the run with --run"
        )
    store, cell = found[0]
    entry = store.cell(cell["id"])
    shared = [{k: c[k] for k in ("source", "target", "strategy", "budget", "seed")} for _, c in found]
    return {"run": str(store.folder), **cell, "serves": shared, "trace": entry.points()}


def _cells(store: Store) -> list[dict[str, Any]]:
    if not (store.folder / "results.json").exists():
        return []
    with as_written(store.folder):
        return [dict(cell) for cell in store.read("results.json")["cells"]]


def render(found: dict[str, Any]) -> RenderableType:
    found = escaping.every(found, escaping.terminal)
    lines = [
        Text(f"{key}: {value}") for key, value in found.items() if key not in ("trace", "serves") and value is not None
    ]
    table = Table("phase", "step", "values", box=None, header_style="dim")
    for point in found["trace"]:
        values = ", ".join(f"{name} {_digits(value)}" for name, value in point["values"].items())
        table.add_row(point["phase"], str(point["step"]), values)
    courses = diagnostics.courses(found["trace"])
    return Group(*lines, table, *([courses] if courses else []))


def _digits(value: float | None) -> str:
    """None is what JSON has for what is no finite number."""
    return "not finite" if value is None else f"{value:.4f}"
