"""MLflow: one run for the whole, and below it one for each cell, which a later run goes on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relxfer.contract.hooks import hookimpl
from relxfer_trackers import names
from relxfer_trackers.mlflow_store import Store
from relxfer_trackers.options import MLflowOptions


class MLflow:
    """Logs to an MLflow store; `UsageError` if mlflow is not installed."""

    def __init__(self, options: MLflowOptions):
        self.options, self.points = options, names.Points()
        names.library("mlflow", "mlflow")
        self.store: Any = None
        self.open: dict[object, str] = {}  # id of a cell, or "whole" -> that of its run

    @hookimpl
    def relxfer_cell_started(self, folder: Path, cell: Any, options: Any, points: Any) -> None:
        whole = self._whole(folder)
        run = self.open[cell["id"]] = self.store.run(cell["id"], names.cell(cell), whole)
        self.store.describe(run, {**cell, **options})
        held, reached = self.store.held(run), self.points.begin(cell, points)
        self.store.log(run, *((at, {k: v for k, v in new.items() if (k, at) not in held}) for at, new in reached))

    @hookimpl
    def relxfer_epoch_finished(self, cell: Any, phase: str, step: int, values: Any) -> None:
        if run := self.open.get(cell["id"]):
            self.store.log(run, *self.points.next(cell, phase, step, values))

    @hookimpl
    def relxfer_cell_finished(self, cell: Any, outcome: Any) -> None:
        if run := self.open.pop(cell.get("id"), None):
            self.store.set(run, names.cost(outcome))
            ended = {"done": "FINISHED", "stopped": "KILLED"}.get(outcome["status"], "FAILED")
            self.store.client.set_terminated(run, ended)

    @hookimpl
    def relxfer_run_finished(self, folder: Path, results: Any) -> None:
        whole, rows = self._whole(folder), [*names.rows(results)]
        for key, metrics in names.tests(results):
            for found in self.store.found(key):
                self.store.set(found.info.run_id, metrics)
        self.store.set(whole, {f"{name}/{row}": each for row, numbers, _ in rows for name, each in numbers.items()})
        self.store.tag(whole, {f"verdict/{row}": verdict for row, _, verdict in rows})
        names.closed(self.open, self.store.client.set_terminated, "whole")

    def close(self) -> None:
        """End the runs of cells that came to no end, and that of a whole that did not."""
        names.closed(self.open, lambda run: self.store.client.set_terminated(run, "KILLED"))

    def _whole(self, folder: Path) -> str:
        """The run of the whole, in the store, which is kept."""
        self.store = self.store or Store(self.options, folder)
        return self.open.setdefault("whole", self.open.get("whole") or self.store.run("whole", folder.name))
