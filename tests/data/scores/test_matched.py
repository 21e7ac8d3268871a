"""Pairing by item and by seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from relxfer.data.scores.matched import match
from relxfer.data.scores.records import ItemScores
from relxfer.data.tables.column import Column
from relxfer.errors import DataError


def scores(name, rows, **columns):
    """Of rows (id, score) or (id, score, seed); the columns are texts, one character for each row."""
    seeds = Column.of(row[2] for row in rows) if len(rows[0]) > 2 else None
    made = {key: Column.of(value) for key, value in columns.items()}
    values = np.array([row[1] for row in rows], float)
    ids = Column.of(row[0] for row in rows)
    return ItemScores(name, Path(f"{name}.csv"), "score", ids, values, np.arange(2, len(rows) + 2), seeds, **made)


def test_items_are_paired_whatever_their_order():
    made = match([scores("A", [("x", 1), ("y", 2), ("z", 3)]), scores("B", [("z", 30), ("w", 0), ("x", 10)])], 0)
    assert made.items == ["x", "z"]
    assert [each.tolist() for each in made.values] == [[[1, 3]], [[10, 30]]]
    assert made.left == [1, 1]


def test_seeds_are_paired_by_name_and_those_of_one_side_dropped():
    rows = [(item, value, seed) for seed, value in (("1", 1), ("2", 2), ("3", 3)) for item in "xy"]
    others = [(item, value, seed) for seed, value in (("3", 30), ("2", 20), ("4", 40)) for item in "yx"]
    made = match([scores("A", rows), scores("B", others)], 0)
    assert made.seeds == [("2", "3"), ("3", "2")]
    ours, theirs = made.pair(0, 1)
    assert (ours[:, 0].tolist(), theirs[:, 0].tolist()) == ([2, 3], [20, 30])


def test_a_system_with_one_run_is_compared_with_every_run_of_the_other():
    rows = [(item, value, seed) for seed, value in (("1", 1), ("2", 2)) for item in "xy"]
    for order in (0, 1):
        made = match([scores("A", rows), scores("B", [("x", 5), ("y", 6)])], order)
        assert [each.shape for each in made.pair(0, 1)] == [(2, 2), (1, 2)]


def test_the_baseline_keeps_its_runs_for_each_of_several_systems():
    def rows(*seeds):
        return [(item, float(seed), seed) for seed in seeds for item in "xy"]

    made = match([scores("A", rows("1", "2", "3")), scores("B", rows("1", "2")), scores("C", rows("2", "3"))], 0)
    assert made.seeds[0] == ("1", "2", "3")
    assert made.pair(0, 1)[0][:, 0].tolist() == [1, 2]
    assert made.pair(0, 2)[0][:, 0].tolist() == [2, 3]


def test_an_item_that_a_run_lacks_is_left_out():
    rows = [("x", 1, "1"), ("y", 1, "1"), ("x", 1, "2")]
    made = match([scores("A", rows), scores("B", [("x", 0), ("y", 0)])], 0)
    assert (made.items, made.left) == (["x"], [1, 1])


def test_groups_are_those_that_any_system_says():
    made = match([scores("A", [("x", 1), ("y", 1)]), scores("B", [("y", 0), ("x", 0)], groups="gh")], 0)
    assert made.groups is not None
    assert made.groups.tolist() == [0, 1]  # of x: h, of y: g


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        (scores("A", [("x", 1)]), scores("B", [("X", 1)]), "got none: A begins with 'x', B begins with 'X'"),
        (scores("A", [("x", 1, "1")] * 1 + [("x", 1, "2")]), scores("B", [("x", 1, "3"), ("x", 1, "4")]),
         "seeds that A and B both have, got 1, 2 and 3, 4"),
        (scores("A", [("x", 1, "1"), ("y", 1, "2")]), scores("B", [("x", 1)]), "got none in all of 1, 2"),
        (scores("A", [("x", 1)], groups="g"), scores("B", [("x", 1)], groups="h"),
         "B.csv:2: expected one of the groups for item 'x', got 'g' and 'h'"),
        (scores("A", [("x", 1)], digests="1"), scores("B", [("x", 1)], digests="2"), "under 1, such as x"),
    ],
)  # fmt: skip
def test_what_cannot_be_paired(one, other, message):
    with pytest.raises(DataError, match=message):
        match([one, other], 0)
