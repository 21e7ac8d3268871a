"""How many items or seeds would decide."""

from __future__ import annotations

import numpy as np

from relxfer.judge import squares
from relxfer.judge.intervals import Comparison
from relxfer.judge.needed import to_decide


def made(seeds, items, gain, seed_sd, item_sd, both_sd, rng):
    values = gain + rng.normal(size=(seeds, 1)) * seed_sd + rng.normal(size=items) * item_sd
    return Comparison.alone(squares.of(values + rng.normal(size=(seeds, items)) * both_sd))


def test_so_many_items_decide_in_about_four_of_five_cases():
    rng = np.random.default_rng(0)
    exact = np.concatenate([np.full(40, 0.5), np.full(40, -0.5)]) + 0.05  # mean .05, SD .5
    needed = to_decide(Comparison.alone(squares.of(exact)), None)
    assert needed is not None
    assert needed.items is not None
    assert needed.seeds is None
    shown = [
        Comparison.alone(squares.of(0.05 + 0.5 * rng.normal(size=needed.items))).bounds()[0] > 0 for _ in range(400)
    ]
    assert 0.74 < np.mean(shown) < 0.86


def test_more_seeds_do_not_help_against_items_nor_items_against_seeds():
    rng = np.random.default_rng(1)
    by_items = to_decide(made(6, 100, 0.01, 0.0, 0.4, 0.0, rng), 0.05)
    assert by_items is not None
    assert by_items.seeds is None
    assert by_items.items is not None
    by_seeds = to_decide(made(4, 100, 0.01, 0.1, 0.001, 0.0, rng), 0.05)
    assert by_seeds is not None
    assert by_seeds.items is None
    assert by_seeds.seeds is not None
    assert by_seeds.seeds > 4


def test_nothing_can_be_said_of_no_difference_without_a_size_that_matters():
    assert to_decide(Comparison.alone(squares.of(np.tile([0.5, -0.5], 20))), None) is None
