"""The trials of all rows of an experiment, in waves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from relxfer.choose.tuning.records import Choice
from relxfer.choose.tuning.spaces import Space
from relxfer.choose.tuning.study import Study
from relxfer.declare.experiment import Method
from relxfer.declare.tuning import TuneOptions
from relxfer.plan.cells import PlannedCell
from relxfer.store.entry import Outcome, Point


class Trials:
    """A scheduler that gives the trials of every row that is tuned, at every label budget of every target.

    studies  in the order of the plan
    """

    def __init__(
        self,
        plan: Sequence[PlannedCell],
        spaces: Mapping[str, Space],
        values: Mapping[str, Mapping[str, Any]],
        varied: Callable[[Method, Mapping[str, Any]], Method],
        options: TuneOptions,
    ):
        """`plan` is that of the experiment; `spaces` and `values` are by row, see `Study`."""
        places: dict[tuple[Any, ...], list[PlannedCell]] = {}
        for cell in plan:
            if cell.method.name in spaces and not cell.refusal:
                names = cell.names
                place = names["source"], names["target"], names["budget"], names["strategy"]
                places.setdefault(place, []).append(cell)
        self.studies = [
            Study(
                cells[: options.seeds],
                spaces[name],
                values[name],
                varied,
                options.trials,
                options.prune,
                options.seed,
            )
            for (*_, name), cells in places.items()
        ]
        self.at_most = sum(study.trials * len(study.cells) for study in self.studies)
        self._of: dict[int, Study] = {}  # by the id of a cell, which its study keeps alive

    def wave(self) -> Sequence[PlannedCell]:
        """The next trials of every row."""
        cells = []
        for study in self.studies:
            given = study.wave()
            self._of |= {id(cell): study for cell in given}
            cells += given
        return cells

    def ended(self, cell: PlannedCell, outcome: Outcome) -> None:
        """Tell the study of a trial how it ended."""
        self._of[id(cell)].ended(cell, outcome)

    def reached(self, cell: PlannedCell, point: Point) -> bool:
        """Whether a trial is to stop at a validation point."""
        return self._of[id(cell)].reached(cell, point)

    def choices(self) -> tuple[Choice, ...]:
        """What was chosen for every row."""
        return tuple(study.choice() for study in self.studies)
