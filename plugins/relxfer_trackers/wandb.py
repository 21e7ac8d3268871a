"""Weights & Biases: a run for each cell, all in the group of the run directory, and one for the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relxfer.contract.hooks import hookimpl
from relxfer_trackers import names
from relxfer_trackers.options import QUIET, WandBOptions


class WandB:
    """Logs to Weights & Biases, or to files for it; `UsageError` if wandb is not installed."""

    def __init__(self, options: WandBOptions):
        self.options, self.points = options, names.Points()
        self.wandb = names.library("wandb", "wandb")
        self.open: dict[object, Any] = {}

    @hookimpl
    def relxfer_cell_started(self, folder: Path, cell: Any, options: Any, points: Any) -> None:
        self.close(cell["id"])  # its process died, and it begins again
        run = self.open[cell["id"]] = self._run(folder, cell["id"], names.cell(cell), {**cell, **options})
        run.define_metric("*", step_metric="step")
        names.together(run.log, *self.points.begin(cell, points))

    @hookimpl
    def relxfer_epoch_finished(self, cell: Any, phase: str, step: int, values: Any) -> None:
        if cell["id"] in self.open:
            names.together(self.open[cell["id"]].log, *self.points.next(cell, phase, step, values))

    @hookimpl
    def relxfer_cell_finished(self, cell: Any, outcome: Any) -> None:
        if run := self.open.pop(cell.get("id"), None):
            run.summary.update({**names.cost(outcome), "status": outcome["status"]})
            run.finish(exit_code=0 if outcome["status"] == "done" else 1)

    @hookimpl
    def relxfer_run_finished(self, folder: Path, results: Any) -> None:
        run = self._run(folder, "results", f"{folder.name} results", {})
        for row, numbers, verdict in names.rows(results):
            run.summary.update({f"{name}/{row}": each for name, each in {**numbers, "verdict": verdict}.items()})
        tests = ((cell, name, each) for cell, held in names.tests(results) for name, each in held.items())
        run.summary.update({f"{name}/{cell[:8]}": each for cell, name, each in tests})
        run.finish()

    def close(self, *ids: object) -> None:
        """Finish the runs of cells that came to no end: these, or all."""
        names.closed(self.open, lambda run: run.finish(exit_code=1), *ids)

    def _run(self, folder: Path, key: str, name: str, config: dict[str, Any]) -> Any:
        """A run that takes the place of an earlier one with the same key; it tells nothing of the machine."""
        group, asked, beside = names.run(folder), self.options, str(folder.absolute().parent)
        where: dict[str, Any] = {"project": asked.project, "entity": asked.entity, "mode": asked.mode}
        where |= {"dir": asked.folder or beside, "reinit": "create_new"}
        ids = {"id": names.safe(f"{group}-{key}"), "name": name, "group": group}
        return self.wandb.init(**ids, **where, config={**config, "run": str(folder.absolute())}, settings=QUIET)
