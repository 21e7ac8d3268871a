"""The pool of seed noise against its formulas, and where it stands aside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq
from scipy.special import digamma, polygamma

from relxfer.judge import seed_noise
from relxfer.judge.squares import Squares


def row(variance, runs=3, both=0.0):
    return Squares(0.0, variance, 0.0, both, runs, 100, 99.0, 100)


def rows(variances, runs=3):
    return [row(variance, runs) for variance in variances]


def test_a_pool_of_one_is_the_row_itself():
    (made,) = seed_noise.pooled([row(0.7, 6)])
    assert made == seed_noise.alone(row(0.7, 6)) == seed_noise.SeedNoise(0.7, 5.0, 1)


def test_an_empty_pool_has_no_rows():
    assert seed_noise.pooled([]) == []


@pytest.mark.parametrize("runs", [3, 6])
def test_moderated_by_hand(runs):
    """The prior's degrees of freedom solve trigamma(d0 / 2) = var(log A) - trigamma(d / 2), up to the cap."""
    variances, free = [0.05, 0.4, 1.1, 0.9, 3.0, 0.2, 0.6, 1.6], runs - 1
    spread = np.var([np.log(each) - digamma(free / 2) for each in variances], ddof=1) - polygamma(1, free / 2)
    solved = brentq(lambda df: polygamma(1, df / 2) - spread, 1e-3, 1e6) if spread > 0 else np.inf
    prior_df = min(solved, free * (8 / (1 + 7 / 4) - 1))
    prior = np.mean(variances)
    for each, made in zip(variances, seed_noise.pooled(rows(variances, runs)), strict=True):
        if made.rows == 1:
            continue
        assert made.variance == pytest.approx((prior_df * prior + free * each) / (prior_df + free))
        assert made.df == pytest.approx(prior_df + free)


def test_rows_that_vary_alike_count_as_correlated():
    """Ten rows: 2 (10 / 3.25 - 1) + 2 = 6.15 degrees of freedom at three seeds, 15.4 at six."""
    alike = [1.0 + 0.01 * i for i in range(10)]
    assert [seed_noise.pooled(rows(alike, runs))[0].df for runs in (3, 6)] == pytest.approx([6.154, 15.38], abs=0.01)


def test_no_row_is_drawn_below_the_mean_of_all():
    made = seed_noise.pooled(rows([1e-9, 1.0, 1.0, 1.2, 0.8]))
    assert made[0].variance > 0.05


def test_a_row_that_varies_much_more_keeps_its_own():
    made = seed_noise.pooled(rows([1.0, 1.1, 0.9, 1.0, 40.0]))
    assert made[-1] == seed_noise.SeedNoise(40.0, 2.0, 1)
    assert all(each.rows == 5 for each in made[:-1])
    limit = stats.f.ppf(0.9, 2, 2 * (5 / 2 - 1)) * 1.0
    under, over = (seed_noise.pooled(rows([1.0, 1.1, 0.9, 1.0, limit * by]))[-1].rows for by in (0.99, 1.01))
    assert (under, over) == (5, 1)


def test_rows_that_no_seed_changes_stand_aside():
    varied = [0.8, 1.0, 1.2, 1.0]
    alone = seed_noise.pooled(rows(varied))
    fixed, single = row(0.0), row(0.0, runs=1)
    made = seed_noise.pooled([fixed, *rows(varied), single])
    assert made[1:-1] == alone
    assert (made[0].variance, made[-1].variance) == (0.0, 0.0)


def test_seeds_that_are_equal_by_chance_are_drawn_to_the_others():
    made = seed_noise.pooled([row(0.0, both=0.1), *rows([0.8, 1.0, 1.2])])
    assert made[0].variance > 0
    assert made[0].rows == 4


def test_rows_with_more_seeds_count_for_more():
    few, many = row(1.0, 3), row(4.0, 11)
    made = seed_noise.pooled([few, many, row(4.0, 11)])
    assert made[0].variance > (1.0 + 4.0 + 4.0) / 3
    assert made[0].df < made[1].df


@given(
    st.lists(st.floats(0.01, 10), min_size=2, max_size=12),
    st.integers(2, 12),
    st.floats(-12, 6).map(lambda power: 10.0**power),
)
def test_scale_order_and_bounds(variances, runs, scale):
    made = seed_noise.pooled(rows(variances, runs))
    scaled = seed_noise.pooled(rows([scale * each for each in variances], runs))
    assert [each.variance / scale for each in scaled] == pytest.approx([each.variance for each in made], rel=1e-6)
    assert [each.df for each in scaled] == pytest.approx([each.df for each in made], rel=1e-6)
    turned = seed_noise.pooled(rows(variances[::-1], runs))[::-1]
    assert [each.variance for each in turned] == pytest.approx([each.variance for each in made])
    cap = (runs - 1) * len(variances) / (1 + (len(variances) - 1) / 4)
    assert all(runs - 1 <= each.df <= cap + 1e-9 for each in made)
    low, high = min(variances), max(variances)
    assert all(low - 1e-9 <= each.variance <= high + 1e-9 for each in made)
