"""The store of MLflow as the tracker uses it: runs that are found by the tags `relxfer.run` and `relxfer.cell`."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from relxfer_trackers import names
from relxfer_trackers.options import MLflowOptions

#: How many parameters, tags or numbers MLflow takes in one request.
_AT_ONCE = 100


class Store:
    """One experiment of MLflow.

    client  of MLflow
    folder  run directory of relxfer, whose runs are meant
    """

    def __init__(self, options: MLflowOptions, folder: Path):
        from mlflow import MlflowClient

        beside = f"sqlite:///{folder.absolute().parent / 'mlflow.db'}"
        self.client = MlflowClient(options.uri or os.environ.get("MLFLOW_TRACKING_URI") or beside)
        self.folder = folder
        known = self.client.get_experiment_by_name(options.experiment)
        self.experiment = known.experiment_id if known else self.client.create_experiment(options.experiment)

    def found(self, key: str) -> Sequence[Any]:
        """The runs of a cell by its id, or of the whole run: one or none."""
        where = f"tags.`relxfer.run` = '{names.run(self.folder)}' and tags.`relxfer.cell` = '{key}'"
        return self.client.search_runs([self.experiment], where, max_results=1)

    def run(self, key: str, name: str, parent: str | None = None) -> str:
        """The id of the run with a key, which goes on if it is there, and is made if it is not."""
        if found := self.found(key):
            self.client.update_run(found[0].info.run_id, "RUNNING")
            return found[0].info.run_id
        tags = {
            "relxfer.run": names.run(self.folder),
            "relxfer.cell": key,
            "relxfer.folder": str(self.folder.absolute()),
        }
        tags |= {"mlflow.parentRunId": parent} if parent else {}
        return self.client.create_run(self.experiment, run_name=name, tags=tags).info.run_id

    def held(self, run: str) -> set[tuple[str, int]]:
        """(name, step) of every number of a run."""
        told = self.client.get_run(run).data.metrics
        return {(each.key, each.step) for name in told for each in self.client.get_metric_history(run, name)}

    def describe(self, run: str, values: names.Cell) -> None:
        """Log the parameters of a run, which cannot be changed later."""
        from mlflow.entities import Param

        if not self.client.get_run(run).data.params:
            plain = {names.safe(name): names.plain(value) for name, value in values.items()}
            self._send(run, "params", [Param(*each) for each in plain.items()])

    def log(self, run: str, *points: tuple[int, names.Numbers]) -> None:
        """Log the numbers of points, (step, numbers), together."""
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        made = [Metric(name, value, now, step) for step, numbers in points for name, value in numbers.items()]
        self._send(run, "metrics", made)

    def set(self, run: str, numbers: names.Numbers) -> None:
        """Log numbers that belong to no step, where they are others than before."""
        before = self.client.get_run(run).data.metrics
        self.log(run, (0, {name: value for name, value in numbers.items() if before.get(name) != value}))

    def tag(self, run: str, tags: Mapping[str, str]) -> None:
        """Set tags of a run."""
        from mlflow.entities import RunTag

        self._send(run, "tags", [RunTag(*each) for each in tags.items()])

    def _send(self, run: str, kind: str, values: Sequence[Any]) -> None:
        """Send values with as few requests as MLflow allows, because a run waits for each of them."""
        for at in range(0, len(values), _AT_ONCE):
            sent: dict[str, Any] = {kind: values[at : at + _AT_ONCE]}
            self.client.log_batch(run, **sent)
