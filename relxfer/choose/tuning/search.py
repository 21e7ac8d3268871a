"""The trials of all rows of an experiment, in waves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from relxfer.choose.tuning.records import Tried
from relxfer.choose.tuning.spaces import Space
from relxfer.choose.tuning.study import Study
from relxfer.declare.experiment import Chosen, Method
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
        rules: Mapping[str, tuple[Chosen, ...]] = {},
    ):
        """`plan` is that of the experiment; `spaces`, `values` and `rules`, which rank models, are by row."""
        places: dict[tuple[Any, ...], list[PlannedCell]] = {}
        for cell in plan:
            if cell.method.name in spaces and not cell.refusal:
                names = cell.names
                place = names["source"], names["target"], names["budget"], names["strategy"]
                places.setdefault(place, []).append(cell)
        self.studies = []
        for (*_, name), whole in places.items():
            cells = first(whole, options.seeds)
            source = unchanged(plan, cells, rules.get(name, ()))
            how = options.trials, options.prune, options.seed, source
            self.studies.append(Study(cells, spaces[name], values[name], varied, *how))
        self.at_most = sum(study.at_most for study in self.studies)
        self._of: dict[int, Study] = {}  # by the id of a cell, which those who run it keep alive

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

    def choices(self) -> tuple[Tried, ...]:
        """What was chosen for every row."""
        return tuple(study.choice() for study in self.studies)


def unchanged(
    plan: Sequence[PlannedCell], cells: Sequence[PlannedCell], rules: tuple[Chosen, ...]
) -> list[PlannedCell]:
    """Trials that leave the source of each of these cells as it is, which may be what is better than a row.

    There are none where the plan does not have them all, for a row that has nothing of a source, and without rules.

    rules  score the models
    """
    if not rules or not cells[0].meets_source:
        return []
    found = (next((each for each in plan if _leaves_unchanged(each, cell)), None) for cell in cells)
    trials = [replace(each, method=replace(each.method, validators=rules), trial=True) for each in found if each]
    return trials if len(trials) == len(cells) else []


def _leaves_unchanged(cell: PlannedCell, other: PlannedCell) -> bool:
    """Whether a cell is the direct transfer to the place of another one, from the same model if that has one."""
    if cell.method.role != "direct" or cell.refusal or other.source_seed not in (None, cell.source_seed):
        return False
    place, there = cell.names, other.names
    return all(place[key] == there[key] for key in ("source", "target", "budget", "seed"))


def first(cells: Sequence[PlannedCell], count: int) -> list[PlannedCell]:
    """So many cells of a row, where pre-trainings and seeds are crossed with as many of each as there are.

    >>> from types import SimpleNamespace as Cell
    >>> crossed = [Cell(source_seed=one, seed=other) for one in (0, 1) for other in (0, 1)]
    >>> [(cell.source_seed, cell.seed) for cell in first(crossed, 3)]
    [(0, 0), (1, 1), (0, 1)]
    """
    sources = list(dict.fromkeys(cell.source_seed for cell in cells))
    seeds = list(dict.fromkeys(cell.seed for cell in cells))

    def turn(cell: PlannedCell) -> tuple[int, int]:
        one, other = sources.index(cell.source_seed), seeds.index(cell.seed)
        return ((other - one) % len(sources), one) if len(sources) * len(seeds) == len(cells) else (other, 0)

    return sorted(cells, key=turn)[:count]
