"""The details of every row of a run, from what its runs stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from relxfer.contract.tasks import Task
from relxfer.judge import reliability
from relxfer.judge.records import Reliability
from relxfer.results.details import by_part, mistakes, stored_runs
from relxfer.results.details.records import ByPart, Details
from relxfer.results.details.stored_runs import StoredRun, Test
from relxfer.results.details.strata import Stratifier
from relxfer.results.records import CellResult, Row
from relxfer.results.rows import Block, Judge, blocks
from relxfer.results.runs import Runs
from relxfer.store.run_directory import Store


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
    rows: Sequence[Row], cells: Sequence[CellResult], judge: Judge, store: Store, asked: Callable[[CellResult], Asked]
) -> tuple[Row, ...]:
    """The rows with their details, those that finished with a test.

    asked  the test of a cell
    """
    by_place: Mapping[object, Block] = {(b.source, b.target, b.budget): b for b in blocks(cells)}
    return tuple(replace(row, details=_of(row, by_place[row.place], judge, store, asked)) for row in rows)


def _of(row: Row, block: Block, judge: Judge, store: Store, asked: Callable[[CellResult], Asked]) -> Details | None:
    runs = block.runs(row.strategy)
    if not runs.evaluations:
        return None
    try:
        return _made(row, block, runs, judge, store, asked(block.of(row.strategy)[0]))
    except Exception as error:  # of a plugin's task or data set: finished cells must not be lost for it
        return Details(runs=len(set(runs.evaluations.values())), note=f"not made: {type(error).__name__}: {error}")


def _made(row: Row, block: Block, runs: Runs, judge: Judge, store: Store, about: Asked) -> Details:
    stored = stored_runs.read(store, runs, about.task, about.ties)
    strata = Stratifier(judge.values, judge.metrics[row.target], judge.classes.get(row.target, ()))
    worst = mistakes.worst(about.task, stored, judge.values(runs.any()), about.test) if row.use else ()
    return Details(
        runs=len(stored),
        by_part=_by_part(about, stored),
        strata=strata.strata(row, block),
        reliability=_reliability(stored),
        mistakes=worst,
    )


def _by_part(asked: Asked, runs: Sequence[StoredRun]) -> ByPart | None:
    kinds = asked.test.kinds()
    made = [found for run in runs if (found := asked.task.broken_down(run.results, kinds)) is not None]
    return by_part.pooled(made) if made else None


def _reliability(runs: Sequence[StoredRun]) -> Reliability | None:
    """Calibration errors, means over runs, with the bins of all runs together; None if some run has none."""
    there = [(run.confident, run.items) for run in runs if run.confident is not None]
    if len(there) < len(runs):
        return None
    each = [confident.judged(items) for confident, items in there]
    after = [made.after for made in each if made.after is not None]
    calibrated = [confident.shown for confident, _ in there]
    right, items = (np.concatenate(parts) for parts in ([of.right for of, _ in there], [items for _, items in there]))
    return Reliability(
        before=float(np.mean([made.before for made in each])),
        after=float(np.mean(after)) if len(after) == len(each) else None,
        items=each[0].items,
        bins=tuple(reliability.bins(np.concatenate(calibrated), right, items)),
    )
