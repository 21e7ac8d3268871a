"""Which cells are run, and when: waves of cells, of which a later one may depend on the outcomes of earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from relxfer.plan.cells import PlannedCell
from relxfer.store.entry import Outcome, Point


class Scheduler(Protocol):
    """Gives the cells of a run in waves.

    A cell need not be one of the grid of the configuration: any other budget, seed, strategy or options of it will do,
    as long as its source and target are in the configuration.

    at_most  how many cells that can run all waves have together, at most
    """

    at_most: int

    def wave(self) -> Sequence[PlannedCell]:
        """The next cells; none: nothing more comes. It is called when all cells of the wave before have ended."""
        ...

    def ended(self, cell: PlannedCell, outcome: Outcome) -> None:
        """Take note of how a cell ended, or had ended in an earlier run, or why it cannot run."""
        ...

    def reached(self, cell: PlannedCell, point: Point) -> bool:
        """Take note of a validation point of a cell that is running; return whether the cell is to stop there."""
        ...


class Everything:
    """All cells of the plan in one wave; no cell is stopped."""

    def __init__(self, plan: Sequence[PlannedCell]):
        self.at_most = sum(not cell.refusal for cell in plan)
        self._plan: Sequence[PlannedCell] = plan

    def wave(self) -> Sequence[PlannedCell]:
        """The plan, once."""
        wave, self._plan = self._plan, ()
        return wave

    def ended(self, cell: PlannedCell, outcome: Outcome) -> None:
        """Nothing depends on it."""

    def reached(self, cell: PlannedCell, point: Point) -> bool:
        """Whether the cell is to stop: never."""
        return False
