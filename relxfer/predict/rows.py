"""The row of a run that answers: the best one by validation, never by the test, or the one that the user names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.errors import UnknownName, UsageError
from relxfer.predict.chosen import Wanted
from relxfer.predict.validation import Validation
from relxfer.report import wording
from relxfer.results import budgets, names
from relxfer.results.records import CellResult
from relxfer.results.results import Results

#: How many cells of a row are named.
_LISTED = 3


@dataclass(frozen=True)
class ChosenCells:
    """The finished cells of a row, whose models answer together, and why it is this row, as a clause."""

    cells: tuple[CellResult, ...]
    why: str = ""

    @property
    def description(self) -> str:
        """Which row it is and why, as a sentence."""
        cell = self.cells[0]
        transfer = names.transfer(cell.source, cell.target) if cell.source else cell.target
        seeds = names.seeds(cell.source_seed, cell.seed)
        if len(self.cells) > 1:
            seeds = f"the mean of {len(self.cells)} models, one for each seed"
        ids = [each.id for each in self.cells]
        more = f" and {len(ids) - _LISTED} more" * (len(ids) > _LISTED)
        which = f"cell{'s' * (len(ids) > 1)} {', '.join(ids[:_LISTED])}{more}"
        about = f"{wording.budget(cell.budget, cell.labels_per)}, {seeds}, {which}"
        return f"{cell.strategy} on {transfer} ({about})" + (f": {self.why}" if self.why else "")


def choose(results: Results, validation: Validation, wanted: Wanted) -> ChosenCells:
    """The row that answers.

    Of the largest label budget at which a row is finished, or of the one that is wanted, the best by its validation
    score, among all rows: those that are compared and those that they are compared with. Where there are no validation
    labels to compare rows by, the source unchanged.

    Args:
        results: of the run.
        validation: the scores of its cells.
        wanted: which rows are to be chosen from, or the cell.

    Raises:
        UsageError: no such cell is finished.
        UnknownName: the run has no such target, or the row no such seed.
    """
    if wanted.cell is not None:
        return _of_id(results, wanted.target, wanted.cell)
    rows = _finished(results, wanted)
    chosen = _only(rows[0], wanted.strategy) if len(rows) == 1 else _best(rows, validation)
    return _of_seed(chosen, wanted.seed)


def without_data(results: Results, wanted: Wanted) -> ChosenCells:
    """As `choose` where the data of the run cannot be read, so that nothing is compared: rows as without validation."""
    if wanted.cell is not None:
        return _of_id(results, wanted.target, wanted.cell)
    rows = _finished(results, wanted)
    why = "rows cannot be compared without data"
    chosen = _only(rows[0], wanted.strategy) if len(rows) == 1 else _unvalidated(rows, why)
    return _of_seed(chosen, wanted.seed)


def _only(row: tuple[CellResult, ...], strategy: str | None) -> ChosenCells:
    """The only row that there is to choose from."""
    unchanged = "the source unchanged, which is " if row[0].role == "direct" else ""
    return _answering(row, "" if strategy is not None else f"{unchanged}the only finished row")


def _of_id(results: Results, target: str | None, cell: str) -> ChosenCells:
    fitting = [each for each in _done(results, target) if cell and each.id.startswith(cell)]
    _check_any(fitting, results, f"the id {cell!r}")
    return ChosenCells((max(fitting, key=lambda c: (budgets.size(c.budget), -c.seed, -(c.source_seed or 0))),))


def _finished(results: Results, wanted: Wanted) -> list[tuple[CellResult, ...]]:
    """The finished rows of the largest label budget, or of the one that is wanted, on one target."""
    strategy, budget = wanted.strategy, wanted.budget
    done = _done(results, wanted.target)
    here = wanted.target or next((c.target for c in results.cells), None)
    fitting = [c for c in done if c.target == here and strategy in (None, c.strategy) and budget in (None, c.budget)]
    asked = "any strategy" if strategy is None else f"strategy {strategy!r}"
    _check_any(fitting, results, asked if budget is None else f"{asked} at budget {budget}")
    return _rows(fitting)


def _done(results: Results, target: str | None) -> list[CellResult]:
    if target is not None and target not in results.targets:
        raise UnknownName("target of this run", target, results.targets)
    return [c for c in results.cells if c.status == "done"]


def _check_any(fitting: Sequence[CellResult], results: Results, asked: str) -> None:
    if not fitting:
        finished = sorted({c.strategy for c in results.cells if c.status == "done"})
        raise UsageError(
            f"expected a finished cell for {asked}, got none in {results.folder}; "
            f"finished strategies: {', '.join(finished) or 'none'}"
        )


def _rows(cells: Sequence[CellResult]) -> list[tuple[CellResult, ...]]:
    """The rows of the largest label budget, in the order of the plan."""
    largest = max(budgets.size(cell.budget) for cell in cells)
    rows: dict[tuple[str | None, str], list[CellResult]] = {}
    for cell in cells:
        if budgets.size(cell.budget) == largest:
            rows.setdefault((cell.source, cell.strategy), []).append(cell)
    return [tuple(row) for row in rows.values()]


def _answering(row: Sequence[CellResult], why: str) -> ChosenCells:
    """A row with one cell for every model: seeds may share one, and have other labels for validation."""
    models: dict[str, CellResult] = {}
    for cell in row:
        models.setdefault(cell.id, cell)
    return ChosenCells(tuple(models.values()), why)


def _best(rows: Sequence[tuple[CellResult, ...]], validation: Validation) -> ChosenCells:
    first = rows[0][0]
    scores = {index: score for index, row in enumerate(rows) if (score := _score(row, validation)) is not None}
    if not scores:
        none = all(validation.rule(row[0]).validator is None for row in rows)
        why = (
            "there are no validation labels to compare rows by" if none else "no row can be scored by validation labels"
        )
        return _unvalidated(rows, why)
    best = max(scores, key=lambda index: scores[index])  # of equal ones the first, in the order of the configuration
    why = (
        f"best of {len(scores)} rows by validation {wording.metric_name(_metric(first, validation))} "
        f"{wording.share(scores[best])} ({validation.labels(rows[best][0]):,} labels)"
    )
    if left := [rows[index][0].strategy for index in range(len(rows)) if index not in scores]:
        why += f"; without a validation score, and not compared: {', '.join(dict.fromkeys(left))}"
    return _answering(rows[best], why)


def _score(row: Sequence[CellResult], validation: Validation) -> float | None:
    """The mean over the seeds; None if a seed has none."""
    scores = [validation.score(cell) for cell in row]
    found = [score for score in scores if score is not None]
    return float(np.mean(found)) if len(found) == len(scores) else None


def _metric(cell: CellResult, validation: Validation) -> str:
    """The name of the metric by which a validator of target labels scores: the first of the task."""
    engine = validation.engine
    task = engine.domains.target(validation.planned(cell).target).domain.task
    return next((metric.name for metric in engine.scorer.metrics(task.kind)), "score")


def _unvalidated(rows: Sequence[tuple[CellResult, ...]], why: str) -> ChosenCells:
    """The source unchanged, else the first candidate, else the first row."""
    wanted = ("direct", "candidate", "scratch", "prior")
    row = min(rows, key=lambda row: wanted.index(row[0].role))
    of = {"direct": "the source unchanged", "candidate": "the first strategy of the configuration"}
    return _answering(row, f"{of.get(row[0].role, 'the first row')}, because {why}")


def _of_seed(chosen: ChosenCells, seed: int | None) -> ChosenCells:
    """The cell of a seed alone."""
    if seed is None:
        return chosen
    by_seed: Mapping[int, CellResult] = {cell.seed: cell for cell in reversed(chosen.cells)}
    seeded = chosen.cells[0].seeded or len(chosen.cells) > 1
    if seeded and seed not in by_seed:
        raise UnknownName("finished seed of this row", str(seed), [str(each) for each in sorted(by_seed)])
    return ChosenCells((by_seed.get(seed, chosen.cells[0]),), chosen.why)
