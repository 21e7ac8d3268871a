"""What happens in a run, as lines of RUN/run.log: time, level, event, cell and a sentence, with tabs between them.

The process of the run writes all of them, also what other processes tell, so that lines never mix. A later run in the
same directory appends. Nothing is read from the log, and no fingerprint depends on it.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from relxfer.execute import provenance
from relxfer.execute.observing.listener import Listener
from relxfer.plugins import revision
from relxfer.results import names
from relxfer.store import escaping
from relxfer.store.run_directory import LOG

#: The most bytes of the log; what was written before is in one more file of that size.
_MOST = 10_000_000
_LEVELS = {"failed": logging.ERROR, "stopped": logging.WARNING}


class Log(Listener):
    """A listener that writes what it is told. Levels are those of `logging`: ERROR for a cell that failed, and a run
    that was broken off or has such cells; WARNING for what may change a result, and a cell that was stopped; INFO for
    cells and the course of the run; DEBUG for validation points.

    A log that cannot be written, on a full disk for example, is no error.
    """

    def __init__(self, folder: Path):
        self._handler = _Handler(folder / LOG, maxBytes=_MOST, backupCount=1, encoding="utf-8", delay=True)
        self._logger = logging.Logger("relxfer")  # of this run alone
        self._logger.addHandler(self._handler)

    def __enter__(self) -> Log:
        told = f"relxfer {revision.version()}, Python {sys.version.split()[0]}: {' '.join(provenance.command())}"
        self._write(logging.INFO, "run_opened", told)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            self._write(logging.ERROR, "run_stopped", f"{type(error).__name__}: {error}")
        self._handler.close()

    def _write(self, level: int, event: str, sentence: str, cell: Mapping[str, Any] | None = None) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        row = (now, logging.getLevelName(level), event, names.cell(cell) if cell else "-", sentence)
        self._logger.log(level, "%s", "\t".join(map(escaping.terminal, row)))

    def _run_started(self, at_most: int, planned: int) -> None:
        self._write(logging.INFO, "run_started", f"{names.planned(planned)}, {at_most:,} of them still to run")

    def _cell_started(self, cell: Any) -> None:
        self._write(logging.INFO, "cell_started", "started", cell)

    def _epoch_finished(self, cell: Any, phase: str, step: int, values: Any) -> None:
        shown = " ".join(f"{name}={value:.6g}" for name, value in values.items())
        self._write(logging.DEBUG, "epoch_finished", f"{phase} step {step}: {shown}", cell)

    def _cell_finished(self, cell: Any, outcome: Any) -> None:
        status = outcome["status"]
        seconds = f" in {outcome['seconds']:.1f} s" if outcome.get("seconds") else ""
        reason = f": {outcome['reason']}" if outcome.get("reason") else ""
        self._write(_LEVELS.get(status, logging.INFO), "cell_finished", f"{status}{seconds}{reason}", cell)

    def _looked(self, stopping: Any) -> None:
        decided = f"{stopping.decided} of {stopping.questions} questions decided"
        self._write(logging.INFO, "looked", f"after {stopping.seeds} of at most {stopping.most} seeds: {decided}")

    def _warning(self, message: str) -> None:
        self._write(logging.WARNING, "warning", message)

    def _run_finished(self, results: Any) -> None:
        counts = names.counted(cell.status for cell in results.cells)
        self._write(logging.ERROR if results.failed else logging.INFO, "run_finished", counts)


class _Handler(logging.handlers.RotatingFileHandler):
    """One that is silent where it cannot write."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing: the run goes on."""


@contextmanager
def warnings_told(listener: Callable[..., None]) -> Iterator[None]:
    """Tell warnings to a listener too, as events `warning`, while this is entered."""
    before = warnings.showwarning

    def show(message: Any, *where: Any, **how: Any) -> None:
        listener("warning", message=str(message))
        before(message, *where, **how)

    warnings.showwarning = show
    try:
        yield
    finally:
        if warnings.showwarning is show:
            warnings.showwarning = before
