"""The arms of a race: every source with every strategy at a few rates, scratch, priors, and the sources unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from relxfer.choose.recommending.recommendation import NotTried, Raced
from relxfer.declare.experiment import Experiment, Method
from relxfer.plan.cells import PlannedCell
from relxfer.results.records import Role
from relxfer.store.entry import Outcome

#: Learning rates that are tried, by the rate of the row.
RATES = (1.0, 1 / 3, 3.0)
LR = "training.lr"
#: Those that are simplest come first, and win where scores are equal.
_ROLES: tuple[Role, ...] = ("direct", "prior", "scratch", "candidate")


@dataclass(eq=False)
class Arm:
    """A row of one source at one learning rate, with the seeds that it may have.

    made    what it is, without scores
    cells   a trial for each seed, in the order in which they are given
    scores  of those that have ended, in that order
    """

    made: Raced
    cells: tuple[PlannedCell, ...]
    scores: list[float] = field(default_factory=list)
    rounds: int = 0
    trained: int | None = None
    reason: str = ""

    def ended(self, outcome: Outcome, score: float | None) -> None:
        """Take note of how the next of its trials ended."""
        if outcome["status"] != "done":
            self.reason = self.reason or outcome.get("reason", outcome["status"])
        elif score is None:
            self.reason = self.reason or "nothing scores it without the test"
        else:
            self.scores.append(score)
            self.trained = outcome.get("trained_parameters")

    def raced(self) -> Raced:
        """As a record; one that failed with some seed has no scores, because it could not be relied on."""
        scores = () if self.reason else tuple(self.scores)
        return replace(self.made, scores=scores, rounds=self.rounds, trained=self.trained, reason=self.reason)


def arms(
    plan: Sequence[PlannedCell],
    experiment: Experiment,
    varied: Callable[[Method, Mapping[str, Any]], Method],
    seeds: int,
    rates: Sequence[float] = RATES,
) -> tuple[list[Arm], list[NotTried]]:
    """The arms of a plan at one label budget, and what cannot be tried.

    plan    the cells of the experiment
    varied  makes a row with other options
    seeds   the most seeds that an arm may have
    """
    made: list[Arm] = []
    refused: list[NotTried] = []
    for role in _ROLES:
        for cells in _rows(plan, role):
            source, method = cells[0].source, cells[0].method
            if cells[0].refusal and role == "prior":
                continue
            if cells[0].refusal:
                refused.append(NotTried(_named(cells[0]), cells[0].refusal))
                continue
            name = source.name if source and cells[0].meets_source else None
            for factor, lr, other in _at_rates(experiment, method, varied, rates):
                trials = tuple(replace(cell, method=other, trial=True) for cell in one_for_each(cells, seeds))
                made.append(Arm(Raced(name, method.name, role, lr, factor), trials))
    return made, refused


def one_for_each(cells: Sequence[PlannedCell], count: int) -> list[PlannedCell]:
    """The cells of a row with the first seeds, one for each, so that arms are paired; pre-trainings take turns.

    >>> from types import SimpleNamespace as Cell
    >>> crossed = [Cell(source_seed=one, seed=other) for one in (0, 1) for other in (0, 1, 2)]
    >>> [(cell.source_seed, cell.seed) for cell in one_for_each(crossed, 3)]
    [(0, 0), (1, 1), (0, 2)]
    """
    seeds = list(dict.fromkeys(cell.seed for cell in cells))[:count]
    with_seed = [[cell for cell in cells if cell.seed == seed] for seed in seeds]
    return [those[number % len(those)] for number, those in enumerate(with_seed)]


def _rows(plan: Sequence[PlannedCell], role: Role) -> Iterator[list[PlannedCell]]:
    """The cells of each row and source; of a row that meets no source, once for each architecture."""
    found: dict[tuple[Any, ...], list[PlannedCell]] = {}
    for cell in plan:
        if cell.method.role == role:
            source = cell.source.name if cell.source else None
            found.setdefault((source, cell.method.name), []).append(cell)
    seen: list[tuple[str, Any]] = []
    for cells in found.values():
        alike = cells[0].method.name, (cells[0].model.card(), cells[0].adapter.card())
        if cells[0].meets_source or alike not in seen:
            seen.append(alike)
            yield cells


def _at_rates(
    experiment: Experiment,
    method: Method,
    varied: Callable[[Method, Mapping[str, Any]], Method],
    rates: Sequence[float],
) -> Iterator[tuple[float, float | None, Method]]:
    """(factor, learning rate, the row with it); once for a row that trains nothing."""
    if not method.seeded or method.role == "prior":
        yield 1.0, None, method
        return
    lr = experiment.training(method).lr
    for factor in rates:
        rate = lr if factor == 1.0 else float(f"{lr * factor:.3g}")
        yield factor, rate, varied(method, {LR: rate})


def _named(cell: PlannedCell) -> str:
    return f"{cell.method.name} from {cell.source.name}" if cell.source and cell.meets_source else cell.method.name
