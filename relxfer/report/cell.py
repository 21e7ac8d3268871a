"""Everything that is stored about one cell, for `relxfer show`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.errors import RelxferError, UsageError
from relxfer.report import calibration, diagnostics
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

    prefix  the beginning of an id; or the name of a strategy, of which the first cell that failed is meant. That also
            finds a cell whose source stage failed, and which therefore has no id

    Raises:
        UsageError: there is no such cell, or more than one.
    """
    every = [(results, cell) for results in (map(Results.open, folders) if folders else _readable())
             for cell in results.cells]  # fmt: skip
    matches = [(results, cell) for results, cell in every if prefix and cell.id.startswith(prefix)]
    failed = [(results, cell) for results, cell in every if (cell.strategy, cell.status) == (prefix, "failed")]
    if failed and not matches:
        matches = [found for found in failed if _is_same(found, failed[0])]
    ids = {(results.folder, cell.id) for results, cell in matches}
    if len(ids) != 1:
        raise UsageError(
            f"expected the beginning of one cell's id, or a strategy with a failed cell, got {prefix!r}, which fits "
            f"{len(ids)}; `relxfer report RUN --json` lists the ids; name the run: relxfer show RUN CELL"
        )
    results, cell = matches[0]
    trace = results.store.cell(cell.id).points() if cell.id else []
    return CellInFull(str(results.folder), cell, tuple(cell for _, cell in matches), tuple(trace))


def _is_same(one: tuple[Results, CellResult], other: tuple[Results, CellResult]) -> bool:
    """Whether two cells share their training; without an id, a cell is itself only."""
    return one[1] is other[1] if not one[1].id else (one[0].folder, one[1].id) == (other[0].folder, other[1].id)


def _readable() -> Iterator[Results]:
    for store in runs_under(Path("runs")):
        with suppress(RelxferError):
            yield Results.open(store.folder)


def render(full: CellInFull) -> RenderableType:
    """The fields of a cell that have a value, a table of its trace, and sparklines of the values in it."""
    fault = escaping.terminal(full.cell.traceback, lines=True)
    full = escaping.every(full, escaping.terminal)
    apart: dict[str, object] = {"traceback": "", "diagnostics": {}, "texts": {}, "reliability": None}
    values = {"run": full.run, **asdict(full.cell), **apart}
    lines = [Text(f"{key}: {value}") for key, value in values.items() if value not in (None, "", (), {})]
    if logged := {**{k: diagnostics.number(v) for k, v in full.cell.diagnostics.items()}, **full.cell.texts}:
        lines.append(Text("logged:"))
        lines += [Text(f"  {name}: {value}") for name, value in logged.items()]
    made = table(("phase", "step", "values"))
    for point in full.trace:
        listed = ", ".join(f"{name} {_digits(value)}" for name, value in point.values.items())
        made.add_row(point.phase, str(point.step), listed)
    further = [each for each in (diagnostics.courses(full.trace), calibration.bins(full.cell)) if each]
    return Group(*lines, made, *further, *([Text(fault)] if fault else []))


def _digits(value: float | None) -> str:
    """A value of a trace; JSON stores None for a value that is not finite."""
    return "not finite" if value is None else f"{value:.4f}"
