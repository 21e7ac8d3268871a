"""Events of a run, for the progress display and for observers of plugins."""

from __future__ import annotations

import math
import threading
import warnings
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from relxfer.execute.observing.observers import Observing
from relxfer.execute.oracle import Oracle
from relxfer.plan.cells import Names
from relxfer.store import files
from relxfer.store.entry import Entry, Point

#: Event -> hook of plugins that observe it.
HOOKS = {
    "run_started": "relxfer_run_started",
    "run_finished": "relxfer_run_finished",
    "cell_started": "relxfer_cell_started",
    "cell_finished": "relxfer_cell_finished",
    "epoch_finished": "relxfer_epoch_finished",
}


class Events:
    """Passes events to listeners, as `listener(event, **values)`, then to the observers of plugins.

    An observer that raises is not called again. An exception of a listener is not caught. Events may come from several
    threads; they are passed on one after the other.

    observing  the observers
    folder    run directory
    job       name of the job from which events come at present
    reached   is called with a job and each validation point that it reaches
    stopping  whether the job of this process was asked to stop
    """

    def __init__(
        self,
        observing: Observing = Observing(),
        listeners: tuple[Callable[..., None], ...] = (),
        folder: Path | None = None,
    ):
        self.observing, self.listeners, self.folder = observing, listeners, folder
        self.dropped: set[int] = set()
        self.job: str | None = None
        self.reached: Callable[[str, Point], None] = lambda job, point: None
        self.stopping: Callable[[], bool] = lambda: False
        self._lock = threading.RLock()

    def __call__(self, event: str, **values: Any) -> None:
        with self._lock:
            for listener in self.listeners:
                listener(event, **values)
            if event in HOOKS:
                self._observe(HOOKS[event], {"folder": self.folder, **values})
            if event == "epoch_finished" and self.job is not None:
                self.reached(self.job, Point(values["phase"], values["step"], values["values"]))

    def cell_started(self, names: Names, options: Mapping[str, object], entry: Entry) -> None:
        """A cell or the training of a source begins, or goes on after the validation points that its entry holds."""
        points = [{"phase": each.phase, "step": each.step, "values": _numbers(each)} for each in entry.points()]
        self("cell_started", cell=names, options=options, points=points)

    def from_job(self, job: str, event: str, values: Mapping[str, Any]) -> None:
        """Pass on an event of a job in another process."""
        with self._lock:
            here, self.job = self.job, job
            try:
                self(event, **values)
            finally:
                self.job = here

    def training(self, entry: Entry, names: Names, oracle: Oracle | None = None) -> Callable[..., bool]:
        """The function that a trainer calls with its events; at a validation point it returns whether to stop there.

        Validation points are also appended to the trace and passed to the oracle. The function does not hold these
        events: they lead to the run, which can open tests, and strategies hold the function.
        """
        weak = weakref.ref(self)

        def emit(kind: str, **values: Any) -> bool:
            events = weak()
            if events is None:
                return False
            if kind == "epoch":
                files.append_line(entry.trace, values)
                if oracle:
                    oracle.record(values["phase"], values["step"])
                point = {key: values[key] for key in ("phase", "step", "values")}
                events("epoch_finished", cell=names, **point)
            events(kind, cell=names, **values)
            return kind == "epoch" and events.stopping()

        return emit

    def _observe(self, hook: str, values: Mapping[str, object]) -> None:
        for implementation in self.observing.of(hook):
            if id(implementation.plugin) in self.dropped:
                continue
            try:
                implementation.function(**{name: values[name] for name in implementation.argnames})
            except (Exception, SystemExit) as error:
                self.dropped.add(id(implementation.plugin))
                warnings.warn(
                    f"the observer {hook} of plugin {implementation.plugin_name.split('@')[0]!r} raised "
                    f"{type(error).__name__}: {error}; it is not called again in this run",
                    RuntimeWarning,
                    stacklevel=2,
                )


def _numbers(point: Point) -> dict[str, float]:
    """The values of a point as they were told, NaN for those that are stored as None."""
    return {name: math.nan if value is None else value for name, value in point.values.items()}
