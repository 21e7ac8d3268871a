"""The best of the rows that are compared with one alternative, and the gain to expect of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from relxfer.judge import squares
from relxfer.judge.best_of import LEAST_ROWS, best_of
from relxfer.results.records import CellResult, Row
from relxfer.results.rows import Block, Judge, blocks
from relxfer.results.run_records import BestOf
from relxfer.results.runs import Grid


def announced(judge: Judge, cells: Sequence[CellResult], rows: Sequence[Row]) -> tuple[BestOf, ...]:
    """The best row of every source, target, budget and alternative that four rows or more have a gain over.

    Rows with several pre-trainings for a seed are left out, because their seeds are no repetitions of each other.
    """
    return tuple(found for block in blocks(cells) for found in _of_block(judge, block, rows))


def _of_block(judge: Judge, block: Block, rows: Sequence[Row]) -> Iterator[BestOf]:
    here = [row for row in rows if row.place == (block.source, block.target, block.budget) and row.gain]
    for baseline in dict.fromkeys(row.gain.baseline for row in here if row.gain):
        compared = [row for row in here if row.gain and row.gain.baseline == baseline and not row.crossed]
        differences = _differences(judge, block, compared, baseline) if len(compared) >= LEAST_ROWS else None
        if differences is None:
            continue
        clusters = judge.values(block.runs(compared[0].strategy).any()).clusters
        made = best_of(differences, clusters)
        if made is not None:
            number, gain = made
            measured = float(differences[number].mean())
            yield BestOf(
                source=block.source,
                target=block.target,
                budget=block.budget,
                strategy=compared[number].strategy,
                baseline=baseline,
                rows=len(compared),
                measured=measured,
                gain=gain,
            )


def _differences(judge: Judge, block: Block, rows: Sequence[Row], baseline: str) -> list[np.ndarray] | None:
    """[S, n] of each row, with the seeds that all have; None if there are none."""
    metric, theirs = judge.metrics[block.target][0], block.runs(baseline)
    sides = [block.runs(row.strategy) for row in rows]
    seeds = set(theirs.seeds()).intersection(*(side.seeds() for side in sides))
    grids = [Grid.of([key for key in side.evaluations if key[1] in seeds]) for side in (theirs, *sides) if seeds]
    if not seeds or any(grid.crossed for grid in grids):
        return None
    base = theirs.at(grids[0], judge.values, metric.name)
    made = [
        metric.sign * squares.differences(side.at(grid, judge.values, metric.name), base)
        for side, grid in zip(sides, grids[1:], strict=True)
    ]
    shape = np.broadcast_shapes(*(each.shape for each in made))
    return [np.broadcast_to(each, shape) for each in made]
