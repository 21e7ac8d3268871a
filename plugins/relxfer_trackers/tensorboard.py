"""TensorBoard: a folder of event files for each cell, `FOLDER/RUN/CELL`, and `FOLDER/RUN/results` for the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relxfer.contract.hooks import hookimpl
from relxfer_trackers import names
from relxfer_trackers.options import TensorBoardOptions


class TensorBoard:
    """Writes event files; `UsageError` if tensorboard is not installed."""

    def __init__(self, options: TensorBoardOptions):
        self.options, self.points = options, names.Points()
        self.writer = names.library("torch.utils.tensorboard", "tensorboard").SummaryWriter
        self.open: dict[object, Any] = {}

    @hookimpl
    def relxfer_cell_started(self, folder: Path, cell: Any, options: Any, points: Any) -> None:
        self.close(cell["id"])  # its process died, and it begins again
        writer = self.open[cell["id"]] = self._fresh(names.place(self.options.folder, folder) / names.cell(cell))
        writer.add_text("options", names.lines({"run": folder.absolute(), **cell, **options}))
        names.add(writer.add_scalar, *self.points.begin(cell, points))

    @hookimpl
    def relxfer_epoch_finished(self, cell: Any, phase: str, step: int, values: Any) -> None:
        if cell["id"] in self.open:
            names.add(self.open[cell["id"]].add_scalar, *self.points.next(cell, phase, step, values))

    @hookimpl
    def relxfer_cell_finished(self, cell: Any, outcome: Any) -> None:
        if writer := self.open.pop(cell.get("id"), None):
            writer.add_text("status", outcome["status"])
            names.add(writer.add_scalar, (0, names.cost(outcome)))
            writer.close()

    @hookimpl
    def relxfer_run_finished(self, folder: Path, results: Any) -> None:
        place = names.place(self.options.folder, folder)
        for key, metrics in names.tests(results):
            for begun in place.glob(f"*.{key[:8]}"):
                with self._fresh(begun, ".test") as writer:
                    names.add(writer.add_scalar, (0, metrics))
        with self._fresh(place / "results") as writer:
            for row, numbers, verdict in names.rows(results):
                writer.add_text(f"verdict/{row}", verdict)
                names.add(writer.add_scalar, (0, {f"{name}/{row}": value for name, value in numbers.items()}))

    def close(self, *ids: object) -> None:
        """Write what is left of these cells, or of all."""
        names.closed(self.open, self.writer.close, *ids)

    def _fresh(self, place: Path, suffix: str = ".relxfer") -> Any:
        """A writer of event files that take the place of those of an earlier run."""
        for earlier in place.glob(f"events.out.tfevents.*{suffix}"):
            earlier.unlink()
        return self.writer(str(place), flush_secs=10, filename_suffix=suffix)
