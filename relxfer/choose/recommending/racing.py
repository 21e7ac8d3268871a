"""The race: a scheduler that gives all arms the same seeds, keeps the better part, and gives these more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from relxfer.choose.recommending.arms import Arm
from relxfer.choose.recommending.recommendation import KINDS
from relxfer.choose.recommending.rounds import STAY, Round
from relxfer.plan.cells import PlannedCell
from relxfer.store.entry import Outcome, Point

#: The score of a trial that ended well, by how it ended; None if there is none.
Score = Callable[[PlannedCell, Outcome], float | None]


class Race:
    """Gives the trials of arms in rounds. Every decision is by scores of the rounds before.

    arms     all of them
    left     those that are still in the race
    held     how many rounds there were
    stopped  why it ended before the last round; empty if it did not
    """

    def __init__(
        self,
        arms: Sequence[Arm],
        rounds: Sequence[Round],
        score: Score,
        goes_on: Callable[[int], bool] = lambda number: True,
        stays: Callable[[Arm], bool] = lambda arm: False,
    ):
        """
        goes_on  whether a round may begin, by its number; it is asked before every round but the first
        stays    whether an arm stays in the race to its end, wherever it stands
        """
        self.arms, self.left, self.rounds = list(arms), list(arms), list(rounds)
        self.at_most = sum(_new(self.rounds, number) * self._most(number) for number in range(len(self.rounds)))
        self.held, self.stopped = 0, ""
        self._score, self._goes_on, self._stays = score, goes_on, stays
        self._given: list[tuple[Arm, PlannedCell]] = []
        self._outcomes: dict[int, Outcome] = {}  # by the id of a cell, which the arms keep alive

    def wave(self) -> Sequence[PlannedCell]:
        """The next seed or seeds of every arm that is left; none: the race is over."""
        self._tell()
        if self.held:
            count = self.rounds[self.held].arms if self.held < len(self.rounds) else len(self.left)
            self.left = self._kept(count)
        if self.held == len(self.rounds) or not self.left:
            return ()
        if self.held and not self._goes_on(self.held):
            self.stopped = f"the minutes allow no more than {self.rounds[self.held - 1].seeds} seed(s) of each arm"
            return ()
        before = self.rounds[self.held - 1].seeds if self.held else 0
        after = self.rounds[self.held].seeds
        self.held += 1
        for arm in self.left:
            arm.rounds = self.held
        self._given = [(arm, cell) for arm in self.left for cell in arm.cells[before:after]]
        return [cell for _, cell in self._given]

    def ended(self, cell: PlannedCell, outcome: Outcome) -> None:
        """Take note of how a trial ended."""
        self._outcomes[id(cell)] = outcome

    def reached(self, cell: PlannedCell, point: Point) -> bool:
        """Whether a trial is to stop: never; a round compares what was trained alike."""
        return False

    def trained(self) -> list[tuple[PlannedCell, Outcome]]:
        """The trials that were trained, each once where several share their training."""
        found = {self._outcomes[id(cell)].get("id"): cell for arm in self.arms for cell in self._run(arm)}
        return [(cell, self._outcomes[id(cell)]) for sha, cell in found.items() if sha]

    def _run(self, arm: Arm) -> list[PlannedCell]:
        return [cell for cell in arm.cells if id(cell) in self._outcomes]

    def _tell(self) -> None:
        """Tell arms how their trials ended, in the order of seeds."""
        for arm, cell in self._given:
            outcome = self._outcomes[id(cell)]
            arm.ended(outcome, self._score(cell, outcome) if outcome["status"] == "done" else None)
        self._given = []

    def _kept(self, count: int) -> list[Arm]:
        """The better part of those that are left, with the best of each kind and those that stay; in their first
        order."""
        able = [arm for arm in self.left if not arm.reason]
        best = sorted(able, key=lambda arm: -arm.raced().mean)  # stable: the first of equals
        kept = best[:count] + [arm for arm in able if self._stays(arm)]
        for kind in KINDS:
            kept += [arm for arm in best if arm.made.kind == kind][:1]
        return [arm for arm in able if arm in kept]

    def _most(self, number: int) -> int:
        """The most arms that a round can have."""
        return min(len(self.arms), self.rounds[number].arms + STAY * bool(number))


def _new(rounds: Sequence[Round], number: int) -> int:
    return rounds[number].seeds - (rounds[number - 1].seeds if number else 0)
