"""Levels of looks against a walk that is drawn, and what is foreseen of more seeds."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri

from relxfer.judge import spending
from relxfer.judge.intervals import Comparison
from relxfer.judge.seed_noise import SeedNoise
from relxfer.judge.squares import Squares

#: From a simulation of the walk, with errors of up to 2 %.
SIMULATED = {
    10: [0.0044, 0.0056, 0.0079, 0.0112, 0.0149, 0.0194, 0.0241, 0.0300],
    20: [
        0.0011, 0.0013, 0.0018, 0.0025, 0.0033, 0.0042, 0.0055, 0.0066, 0.0080, 0.0095, 0.0111, 0.0126, 0.0145, 0.0166,
        0.0189, 0.0212, 0.0236, 0.0267,
    ],
}  # fmt: skip


@pytest.mark.parametrize("most", SIMULATED)
def test_levels_are_those_of_a_simulation(most):
    assert spending.levels(most) == pytest.approx(SIMULATED[most], rel=0.04)


@pytest.mark.parametrize("most", [3, 5, 20, 100])
def test_the_first_level_is_what_is_spent_by_then(most):
    assert spending.level(3, most) == pytest.approx(0.05 * (3 / most) ** 2)


@pytest.mark.parametrize("most", [4, 10])
def test_each_look_spends_its_share_of_walks_that_are_drawn(most):
    """Of 400,000 walks: the share that crossed by look S is .05 (S / N)^2."""
    rng = np.random.default_rng(0)
    walks = np.abs(rng.standard_normal((400_000, most)).cumsum(1) / np.sqrt(np.arange(1, most + 1)))[:, 2:]
    bounds = -ndtri(np.array(spending.levels(most)) / 2)
    crossed = np.maximum.accumulate(walks >= bounds, 1).mean(0)
    spent = 0.05 * (np.arange(3, most + 1) / most) ** 2
    assert crossed == pytest.approx(spent, abs=4 * math.sqrt(0.05 / 400_000))


def test_levels_do_not_hang_on_how_finely_they_are_integrated(monkeypatch):
    usual = spending.levels(60)
    monkeypatch.setattr(spending, "_POINTS", 300)
    assert spending.levels.__wrapped__(60) == pytest.approx(usual, rel=1e-8)


def test_levels_rise_and_stay_below_that_of_a_single_look():
    for most in (3, 7, 30):
        levels = spending.levels(most)
        assert list(levels) == sorted(levels)
        assert levels[-1] <= 0.05
    assert spending.levels(3) == pytest.approx([0.05])


def test_another_alpha():
    assert spending.level(3, 10, 0.01) == pytest.approx(0.01 * 0.09)


def test_before_the_first_look_nothing_is_spent():
    assert spending.level(2, 10) == 0


@pytest.mark.parametrize(("seeds", "most"), [(11, 10), (2, 2)])
def test_wrong_numbers_of_seeds(seeds, most):
    with pytest.raises(ValueError, match="a maximum of at least 3"):
        spending.level(seeds, most)


# ------------------------------------------------------------------ more seeds


def comparison(gain, seeds=6, seed=0.03, item=0.003, both=0.0):
    """With these standard deviations, of seeds and both between seeds, of items in the mean."""
    row = Squares(gain, seed**2, item**2 * seeds + both**2, both**2, seeds, 300, 1e6, 300)
    return Comparison(row, SeedNoise(seed**2, 1e6))


def test_foreseen_with_as_many_seeds_it_is_itself():
    made = comparison(0.02)
    assert spending.foreseen(made, 6).half(0.05) == pytest.approx(made.half(0.05))


def test_more_seeds_narrow_what_seeds_add_alone():
    made = comparison(0.02, seed=0.04, item=0.01, both=0.01)
    wide, narrow = made.half(0.05) ** 2, spending.foreseen(made, 24).half(0.05) ** 2
    items = (1.95996 * 0.01) ** 2
    assert narrow - items == pytest.approx((wide - items) / 4, rel=1e-3)


def test_degrees_of_freedom_grow_with_seeds():
    made = replace(comparison(0.02), noise=SeedNoise(0.001, 12.0, 10))
    assert spending.foreseen(made, 10).noise == SeedNoise(0.001, 16.0, 10)
