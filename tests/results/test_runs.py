"""Values by the seeds of source and target: which cells are there, and how those of two rows are paired."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from relxfer.judge.scoring import Measured
from relxfer.results.runs import Grid, Runs, common
from relxfer.results.values import Evaluated

PAIRED = [(0, 0), (1, 1), (2, 2)]
CROSSED = list(itertools.product((0, 1, 2), (0, 1)))


def values(evaluation):
    """[4] values of an evaluation that is named by a number."""
    return Evaluated(Measured({"accuracy": np.full(4, float(evaluation))}), np.arange(4))


def runs(keys, name="finetune"):
    """Runs whose values tell the seeds that they are from: 10 x source seed + seed."""
    return Runs(name, {(p, s): str(10 * (p or 0) + s) for p, s in keys})


def test_one_run_for_all_seeds_is_one_row_of_values():
    same = Runs("zero-shot", {(None, 0): "7", (None, 1): "7"})
    assert same.deterministic
    assert same.values(values, "accuracy").shape == (1, 4)


def test_a_pre_training_for_each_seed_is_one_replicate_with_it():
    assert runs(PAIRED).values(values, "accuracy")[:, 0].tolist() == [0, 11, 22]
    assert runs([(None, 1), (None, 0)]).values(values, "accuracy")[:, 0].tolist() == [0, 1]
    assert runs([(5, 0), (5, 1)]).values(values, "accuracy")[:, 0].tolist() == [50, 51], "a shared one"
    assert runs([(5, 3), (6, 3)]).values(values, "accuracy")[:, 0].tolist() == [53, 63], "a single seed"


def test_crossed_seeds_are_two_axes():
    made = runs(CROSSED)
    assert made.values(values, "accuracy")[..., 0].tolist() == [[0, 1], [10, 11], [20, 21]]
    assert (made.source_seeds(), made.seeds()) == ([0, 1, 2], [0, 1])
    assert Grid.of(CROSSED).crossed
    assert Grid.of(CROSSED).seeds == 2


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ([(2, 0)], [[0, 1], [10, 11]]),
        ([(0, 1), (1, 1)], [[0], [10], [20]]),
        ([(0, 0), (1, 1)], [[20, 21]]),
    ],
)
def test_where_cells_are_missing_a_pre_training_or_a_seed_is_left_out(missing, expected):
    grid = Grid.of([key for key in CROSSED if key not in missing])
    found = [[10 * p + s for p, s in line] for line in grid.lines]
    flat = len(expected) == 1 or len(expected[0]) == 1
    assert found == ([list(itertools.chain(*expected))] if flat else expected)


def test_rows_are_paired_by_both_seeds_or_by_that_of_the_transfer():
    crossed, scratch = runs(CROSSED), runs([(None, 0), (None, 1), (None, 2)], "scratch")
    grid = common(crossed, scratch)
    ours, theirs = (side.at(grid, values, "accuracy")[..., 0] for side in (crossed, scratch))
    assert (ours - theirs).tolist() == [[0, 0], [10, 10], [20, 20]]
    assert common(scratch, crossed) == grid
    assert common(runs(PAIRED), crossed) == Grid.of([(0, 0), (1, 1)])
    assert common(runs(PAIRED), scratch) == Grid.of(PAIRED)
    assert common(runs(PAIRED), runs([(0, 0), (0, 1)])) == Grid.of([(0, 0), (1, 1)]), "one pre-training for all"
    assert common(runs([(None, 5)]), crossed) is None


def test_a_deterministic_row_is_one_value_in_every_grid():
    same = Runs("zero-shot", {(None, seed): "7" for seed in (0, 1)})
    grid = common(runs(CROSSED), same)
    assert same.at(grid, values, "accuracy").shape == (1, 1, 4)
