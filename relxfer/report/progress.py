"""The progress of a run: bars on a terminal, else a line for every finished cell."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from relxfer.execute.observing.listener import Listener
from relxfer.report.notebooks import bar
from relxfer.results import names
from relxfer.store import escaping
from relxfer.store.console import PlainConsole

_COLUMNS = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar, if standard error is a terminal.

    Yields a function to call with the number of things that are done and the number of all.
    """
    console = PlainConsole(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    with Progress(*_COLUMNS, console=console, transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextmanager
def display(wanted: bool = True) -> Iterator[tuple[Callable[..., None], ...]]:
    """The listeners of a run that is started from Python: a bar in a notebook or on a terminal, elsewhere none."""
    if wanted and bar.there():
        yield (bar.NotebookBar(sys.modules["IPython"].display.display),)
    elif wanted and PlainConsole(stderr=True).is_terminal:
        with ProgressDisplay() as shown:
            yield (shown,)
    else:
        yield ()


class ProgressDisplay(Listener):
    """A listener that shows the events of a run.

    level    -1 shows nothing, 0 cells, 1 also validation points
    console  where it is shown; default standard error
    """

    def __init__(self, level: int = 0, console: PlainConsole | None = None):
        self.level = level
        self.console = console or PlainConsole(stderr=True)
        self.bars: Progress | None = None
        self.cells: Any = None
        self.steps: Any = None
        self.ran = False

    def __enter__(self) -> ProgressDisplay:
        if self.level >= 0 and self.console.is_terminal:
            self.bars = Progress(*_COLUMNS, console=self.console, transient=True)
            self.bars.start()
            self.steps = self.bars.add_task("", visible=False)
        return self

    def __exit__(self, *_: object) -> None:
        if self.bars:
            self.bars.stop()

    def __call__(self, event: str, **values: Any) -> None:
        if self.level >= 0:
            super().__call__(event, **values)

    def _told(self, values: dict[str, Any]) -> dict[str, Any]:
        return escaping.every(values, escaping.terminal)

    def _run_started(self, at_most: int, planned: int) -> None:
        left = f", {at_most:,} of them still to run" if at_most < planned else ""
        if at_most:
            self._print(f"{names.planned(planned)}{left}")
        if self.bars:
            self.cells = self.bars.add_task("cells", total=at_most)

    def _cell_started(self, cell: Any) -> None:
        if self.bars:
            self.bars.update(self.steps, description=names.cell(cell), completed=0, total=None, visible=True)

    def _step(self, step: int, steps: int) -> None:
        if self.bars:
            self.bars.update(self.steps, completed=step, total=steps)

    def _epoch_finished(self, cell: Any, phase: str, step: int, values: Any) -> None:
        if self.level > 0:
            shown = " ".join(f"{name}={value:.4f}" for name, value in values.items() if value == value)
            self._print(f"  {names.cell(cell)} {phase} step {step}: {shown}")

    def _run_finished(self, results: Any) -> None:
        if not (self.ran or results.failed):
            finished = sum(cell.status != "refused" for cell in results.cells)
            self._print(f"nothing to do: all {finished:,} cells of this run are finished; --fresh runs them again")

    def _cell_finished(self, cell: Any, outcome: Any) -> None:
        self.ran = True
        if self.bars and self.cells is not None and cell.get("target"):
            self.bars.advance(self.cells)
        reason = f": {outcome['reason']}" if outcome.get("reason") else ""
        seconds = f" in {outcome['seconds']:.1f} s" if outcome.get("seconds") else ""
        self._print(f"{outcome['status']} {names.cell(cell)}{seconds}{reason}")

    def _looked(self, stopping: Any, more: int) -> None:
        advice = f"about {more} more seed{'s' * (more != 1)}" if more else "you may stop"
        done = f"{stopping.decided} of {stopping.questions} questions decided"
        self._print(f"after {stopping.seeds} of at most {stopping.most} seeds: {done}; {advice}")

    def _print(self, line: str) -> None:
        if self.bars:
            self.bars.console.print(line)
        else:
            self.console.print(line, soft_wrap=True)
            sys.stderr.flush()
