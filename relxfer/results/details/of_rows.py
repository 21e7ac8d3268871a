"""The details of every row of a run, from what its runs stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from relxfer.contract.tasks import Task
from relxfer.judge import reliability
from relxfer.judge.records import Reliability
from relxfer.results.details import by_part, mistakes, stored_runs
from relxfer.results.details.evaluations import Evaluations
from relxfer.results.details.records import ByPart, Details
from relxfer.results.details.stored_runs import StoredRun, Test
from relxfer.results.details.strata import Stratifier
from relxfer.results.records import CellResult, Row
from relxfer.results.rows import Block, Judge, blocks
from relxfer.results.runs import Runs


@dataclass(frozen=True)
class Asked:
    """The test that the cells of a row were asked.

    task  of the target, with its answers in the order of the row's model
    test  names queries and answers
    ties  the rule for ties, where the kind of task has rules
    """

    task: Task
    test: Test
    ties: str = ""


def detailed(
    rows: Sequence[Row],
    cells: Sequence[CellResult],
    judge: Judge,
    evaluations: Evaluations,
    asked: Callable[[CellResult], Asked],
) -> tuple[Row, ...]:
    """The rows with their details, those that finished with a test.

    asked  the test of a cell
    """
    by_place: Mapping[object, Block] = {(b.source, b.target, b.budget): b for b in blocks(cells)}
    return tuple(replace(row, details=_of(row, by_place[row.place], judge, evaluations, asked)) for row in rows)


def _of(
    row: Row, block: Block, judge: Judge, evaluations: Evaluations, asked: Callable[[CellResult], Asked]
) -> Details | None:
    runs = block.runs(row.strategy)
    if not runs.evaluations:
        return None
    try:
        return _made(row, block, runs, judge, evaluations, asked(block.of(row.strategy)[0]))
    except Exception as error:  # of a plugin's task or data set: finished cells must not be lost for it
        return Details(runs=len(set(runs.evaluations.values())), note=f"not made: {type(error).__name__}: {error}")


def _made(row: Row, block: Block, runs: Runs, judge: Judge, evaluations: Evaluations, about: Asked) -> Details:
    stored = stored_runs.read(evaluations, runs, about.task, about.ties)
    strata = Stratifier(judge.values, judge.metrics[row.target], judge.classes.get(row.target, ()))
    worst = mistakes.worst(about.task, stored, judge.values(runs.any()), about.test) if row.use else ()
    return Details(
        runs=len(stored),
        by_part=_by_part(about, stored),
        strata=strata.strata(row, block),
        reliability=_reliability([cell for cell in block.of(row.strategy) if cell.evaluated], stored),
        mistakes=worst,
    )


def _by_part(asked: Asked, runs: Sequence[StoredRun]) -> ByPart | None:
    kinds = asked.test.kinds()
    made = [found for run in runs if (found := asked.task.broken_down(run.results, kinds)) is not None]
    return by_part.pooled(made) if made else None


def _reliability(cells: Sequence[CellResult], runs: Sequence[StoredRun]) -> Reliability | None:
    """Calibration errors, means over runs, with the bins of all runs together; None if some run has none."""
    each = [cell.reliability for cell in {cell.evaluation: cell for cell in cells}.values() if cell.reliability]
    there = [(run.confident, run.items) for run in runs if run.confident is not None]
    if not each or len(there) < len(runs):
        return None
    if len(each) == 1:
        return each[0]
    after = [made.after for made in each if made.after is not None]
    shown, right = (np.concatenate(of) for of in zip(*((of.shown, of.right) for of, _ in there), strict=True))
    return Reliability(
        before=float(np.mean([made.before for made in each])),
        after=float(np.mean(after)) if len(after) == len(each) else None,
        items=each[0].items,
        bins=tuple(reliability.bins(shown, right, np.concatenate([items for _, items in there]))),
    )
