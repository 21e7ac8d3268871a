"""Seeds that are added where they decide something."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from relxfer.execute.jobs.open_questions import OpenQuestions
from relxfer.judge.spending import FIRST
from relxfer.plan.cells import PlannedCell
from relxfer.results.records import CellResult
from relxfer.store.entry import Outcome, Point


class SeedBySeed:
    """All rows of a plan with three seeds; then one more seed for each row that is undecided, and what it is compared
    with, until nothing is open.

    plan     every cell with every seed that may be run
    open     the questions, which are judged after each seed by values of the test; no cell is trained otherwise for it
    results  makes results of cells that ended
    tell     is called after each look
    """

    def __init__(
        self,
        plan: Sequence[PlannedCell],
        open: OpenQuestions,
        results: Callable[[Sequence[PlannedCell], Sequence[Outcome]], Sequence[CellResult]],
        tell: Callable[[OpenQuestions], None] = lambda open: None,
    ):
        self.at_most = sum(not cell.refusal for cell in plan)
        self._plan, self._open, self._results, self._tell = plan, open, results, tell
        self._given = 0
        self._outcomes: dict[int, Outcome] = {}  # by the id of the cell, which the plan keeps alive

    def wave(self) -> Sequence[PlannedCell]:
        """The cells with the next seed; at first, those with three."""
        seeds = self._open.seeds
        if not self._given:
            self._given = FIRST
            return [cell for cell in self._plan if cell.seed in seeds[:FIRST]]
        self._look()
        if self._given == len(seeds):
            return ()
        self._given += 1
        wanted = self._open.wanted
        return [cell for cell in self._plan if cell.seed == seeds[self._given - 1] and _place(cell) in wanted]

    def ended(self, cell: PlannedCell, outcome: Outcome) -> None:
        """Keep the outcome for the next look."""
        self._outcomes[id(cell)] = outcome

    def reached(self, cell: PlannedCell, point: Point) -> bool:
        """Whether the cell is to stop: never."""
        return False

    def _look(self) -> None:
        done = [cell for cell in self._plan if id(cell) in self._outcomes]
        if done:
            self._open.look(self._results(done, [self._outcomes[id(cell)] for cell in done]))
            self._tell(self._open)


def _place(cell: PlannedCell) -> tuple[str | None, str, int | str, str]:
    return cell.source.name if cell.source else None, cell.target.name, cell.budget, cell.method.name
