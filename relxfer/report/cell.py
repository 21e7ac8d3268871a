"""Everything that is stored about one cell, for `relxfer show`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.errors import RelxferError, UsageError
from relxfer.report import diagnostics
from relxfer.report.table import table
from relxfer.results.records import CellResult
from relxfer.results.results import Results
from relxfer.store import escaping
from relxfer.store.entry import Point
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import runs_under


@dataclass(frozen=True)
class CellInFull:
    """A cell in full.

    run     run directory
    cell    the cell
    serves  all cells that share its training, which may have another test or seed
    trace   its validation points
    """

    run: str
    cell: CellResult
    serves: tuple[CellResult, ...]
    trace: tuple[Point, ...]

    def card(self) -> JsonObject:
        """As JSON."""
        serves = [
            {key: getattr(c, key) for key in ("source", "target", "strategy", "budget", "source_seed", "seed")}
            for c in self.serves
        ]
        return {"run": self.run, **asdict(self.cell), "serves": serves, "trace": [asdict(p) for p in self.trace]}


def find(prefix: str, folders: Sequence[Path] | None) -> CellInFull:
    """Find the cell whose id starts with `prefix`, in these run directories or in all of `runs/` that can be read.

    Raises:
        UsageError: there is no such cell, or more than one.
    """
    matches = [
        (results, cell)
        for results in (map(Results.open, folders) if folders else _readable())
        for cell in results.cells
        if prefix and cell.id.startswith(prefix)
    ]
    ids = {(results.folder, cell.id) for results, cell in matches}
    if len(ids) != 1:
        raise UsageError(
            f"expected the beginning of one cell's id, got {prefix!r}, which fits {len(ids)}; "
            "`relxfer report RUN --json` lists the ids; name the run with --run"
        )
    results, cell = matches[0]
    trace = results.store.cell(cell.id).points()
    return CellInFull(str(results.folder), cell, tuple(cell for _, cell in matches), tuple(trace))


def _readable() -> Iterator[Results]:
    for store in runs_under(Path("runs")):
        with suppress(RelxferError):
            yield Results.open(store.folder)


def render(full: CellInFull) -> RenderableType:
    """The fields of a cell that have a value, a table of its trace, and sparklines of the values in it."""
    full = escaping.every(full, escaping.terminal)
    values = {"run": full.run, **asdict(full.cell)}
    lines = [Text(f"{key}: {value}") for key, value in values.items() if value not in (None, "", (), {})]
    made = table(("phase", "step", "values"))
    for point in full.trace:
        listed = ", ".join(f"{name} {_digits(value)}" for name, value in point.values.items())
        made.add_row(point.phase, str(point.step), listed)
    courses = diagnostics.courses(full.trace)
    return Group(*lines, made, *([courses] if courses else []))


def _digits(value: float | None) -> str:
    """A value of a trace; JSON stores None for a value that is not finite."""
    return "not finite" if value is None else f"{value:.4f}"
