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
        self.runs: dict[object, tuple[Store, str]] = {}  # id of a cell -> where it is logged

    @hookimpl
    def relxfer_cell_started(self, folder: Path, cell: Any, options: Any, points: Any) -> None:
        store = Store(self.options, folder)
        run = store.run(cell["id"], names.cell(cell), store.run("whole", folder.name))
        self.runs[cell["id"]] = store, run
        store.describe(run, {**cell, **options})
        held = store.held(run)
        for step, numbers in self.points.begin(cell, points):
            store.log(run, step, {name: value for name, value in numbers.items() if (name, step) not in held})

    @hookimpl
    def relxfer_epoch_finished(self, cell: Any, phase: str, step: int, values: Any) -> None:
        if cell["id"] in self.runs:
            store, run = self.runs[cell["id"]]
            for at, numbers in self.points.next(cell, phase, step, values):
                store.log(run, at, numbers)

    @hookimpl
    def relxfer_cell_finished(self, cell: Any, outcome: Any) -> None:
        if cell.get("id") in self.runs:
            store, run = self.runs[cell["id"]]
            store.set(run, names.cost(outcome))
            ends = {"done": "FINISHED", "stopped": "KILLED"}
            store.client.set_terminated(run, ends.get(outcome["status"], "FAILED"))

    @hookimpl
    def relxfer_run_finished(self, folder: Path, results: Any) -> None:
        store = Store(self.options, folder)
        whole = store.run("whole", folder.name)
        for key, metrics in names.tests(results):
            for found in store.found(key):
                store.set(found.info.run_id, metrics)
        for row, numbers, verdict in names.rows(results):
            store.set(whole, {f"{name}/{row}": value for name, value in numbers.items()})
            store.client.set_tag(whole, f"verdict/{row}", verdict)
        store.client.set_terminated(whole)
