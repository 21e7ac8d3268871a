"""Half-widths, p, and the intervals of metrics."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from relxfer.judge import intervals, squares
from relxfer.judge.intervals import Comparison, of_area, of_share
from relxfer.judge.records import Interval
from relxfer.judge.seed_noise import SeedNoise
from relxfer.judge.squares import Squares

parts = st.floats(1e-6, 1.0)
levels = st.floats(-20, -0.01).map(math.exp)


@st.composite
def comparisons(draw):
    runs = draw(st.integers(1, 20))
    seeds, both, shared = draw(parts), draw(parts), draw(st.sampled_from([0.0, 0.0, 0.1]))
    if runs == 1:
        seeds = both = 0.0
    row = Squares(
        draw(st.floats(-2, 2)), seeds, draw(parts), both, runs, 100, draw(st.floats(1, 99)), 50, shared, 1.0
    )  # fmt: skip
    return Comparison(row, SeedNoise(draw(parts), draw(st.floats(1, 60))))


def test_half_width_by_hand():
    """h^2 = t(d_A)^2 max(A*, E) / (S n) + t(d_B)^2 max(B - E, 0) / (S n); the fields are divided by n."""
    row = Squares(0.1, 0.02, 0.05, 0.03, 6, 300, 40.0, 100)
    seeds, items = stats.t.ppf(0.975, 12.5) ** 2 * 0.04 / 6, stats.t.ppf(0.975, 40) ** 2 * (0.05 - 0.03) / 6
    assert Comparison(row, SeedNoise(0.04, 12.5)).half(0.05) == pytest.approx(math.sqrt(seeds + items))
    alone = stats.t.ppf(0.975, 5) ** 2 * 0.03 / 6  # A < E: what seeds cannot be said to vary by
    assert Comparison.alone(row).half(0.05) == pytest.approx(math.sqrt(alone + items))


def test_items_that_vary_less_than_both_together_add_nothing():
    row = Squares(0.1, 0.02, 0.01, 0.015, 6, 300, 40.0, 100)
    assert Comparison.alone(row).half(0.05) == pytest.approx(stats.t.ppf(0.975, 5) * math.sqrt(0.02 / 6))


def test_one_seed_is_the_t_interval_of_items():
    values = np.random.default_rng(0).normal(size=30)
    made = squares.of(values[None])
    low, high = Comparison.alone(made).bounds()
    t = stats.t.interval(0.95, made.item_df, values.mean(), stats.sem(values))
    assert (low, high) == pytest.approx(t)


def test_seeds_alone_are_the_t_interval_of_seeds():
    """Items that are all alike: n of them tell what one does."""
    by_seed = np.array([0.1, 0.3, -0.2, 0.25])
    low, high = Comparison.alone(squares.of(np.repeat(by_seed[:, None], 50, 1), most=0.0)).bounds()
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 3, by_seed.mean(), stats.sem(by_seed)))


@given(comparisons(), levels, levels)
def test_the_half_width_grows_as_p_falls(made, one, other):
    low, high = sorted((one, other))
    assert made.half(low) >= made.half(high) > 0
    assert made.half(1.0) == 0


def test_p_and_interval_agree_at_a_thousand_rows():
    rng, decided = np.random.default_rng(7), 0
    for _ in range(1000):
        seeds, items = rng.integers(1, 9), rng.integers(2, 60)
        sds = rng.exponential(size=3)
        drawn = sds[0] * rng.normal(size=(seeds, 1)) + sds[1] * rng.normal(size=(1, items))
        made = Comparison.alone(squares.of(drawn + sds[2] * rng.normal(size=(seeds, items)) + rng.normal()))
        p = made.p(made.mean)
        low, high = made.bounds()
        assert (p < 0.05) == (low > 0 or high < 0)
        edge = made.half(p)
        assert edge == pytest.approx(abs(made.mean), rel=1e-6) or p == pytest.approx(math.exp(-60))
        decided += p < 0.05
    assert 100 < decided < 900


@given(comparisons(), st.floats(1e-6, 3))
def test_p_is_the_level_at_which_the_half_width_is_the_distance(made, distance):
    p = made.p(distance)
    assert made.p(-distance) == p
    assert made.p(1.1 * distance) <= p <= 1
    assert made.half(p) == pytest.approx(distance, rel=1e-6) or p == pytest.approx(math.exp(-60), rel=1e-6)


def test_p_at_the_ends():
    made = Comparison.alone(squares.of(np.random.default_rng(0).normal(size=(6, 300))))
    assert made.p(0.0) == 1
    assert 0 < made.p(1e9) < 1e-20
    still = Comparison.alone(Squares(0.5, 0.0, 0.0, 0.0, 3, 50, 2.0, 0))
    assert (still.half(0.05), still.bounds()) == (0, (0.5, 0.5))
    assert still.p(0.5) < 1e-20


def test_seeds_in_common_widen_the_interval():
    row = Squares(0.1, 0.02, 0.05, 0.03, 6, 300, 40.0, 100)
    shared = Squares(0.1, 0.02, 0.05, 0.03, 6, 300, 40.0, 100, 0.01, 2.0)
    apart = Comparison.alone(shared).half(0.05) ** 2 - Comparison.alone(row).half(0.05) ** 2
    assert apart == pytest.approx(stats.t.ppf(0.975, 2) ** 2 * 0.01)


def test_a_side_with_one_run_is_compared_with_every_seed():
    rng = np.random.default_rng(0)
    ours, theirs = rng.normal(size=(4, 50)), rng.normal(size=(1, 50))
    assert intervals.gain(ours, theirs) == intervals.gain(ours, np.repeat(theirs, 4, 0))


def test_intervals_of_clusters_are_wider_where_items_are_alike():
    rng, ids = np.random.default_rng(0), np.repeat(np.arange(20), 10)
    ours = rng.normal(size=20)[ids] + 0.1 * rng.normal(size=(3, 200))
    by_item, by_cluster = (intervals.gain(ours, np.zeros((1, 200)), each) for each in (None, ids))
    assert by_cluster.high - by_cluster.low > 2 * (by_item.high - by_item.low)
    assert by_cluster.units == 20


# ------------------------------------------------------------------ metrics


@pytest.mark.parametrize("right", [1, 12, 40, 49])
def test_a_share_of_independent_items_has_wilsons_interval(right):
    """With z in place of t, n_eff is n."""
    mean, n = right / 50, 50
    half = 1.959964 * math.sqrt(mean * (1 - mean) / n)
    made = of_share(Interval(mean, mean - half, mean + half, 1, n))
    wilson = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert (made.low, made.high) == pytest.approx((wilson.low, wilson.high), abs=1e-5)


@pytest.mark.parametrize(("mean", "expected"), [(1.0, (1 / (1 + 3.8416 / 60), 1.0)), (0.0, (0.0, 3.8416 / 63.8416))])
def test_a_share_of_all_or_none(mean, expected):
    made = of_share(Interval(mean, mean - 0.03, mean + 0.03, 3, 60))
    assert (made.low, made.high) == pytest.approx(expected, abs=1e-4)


@given(st.floats(0, 1), st.floats(0.001, 2))
def test_the_interval_of_a_share_is_within_0_and_1_and_has_its_estimate(mean, half):
    made = of_share(Interval(mean, mean - half, mean + half, 3, 60))
    assert 0 <= made.low <= mean + 1e-12
    assert mean - 1e-12 <= made.high <= 1


def test_the_interval_of_an_area_on_log_odds():
    made = of_area(Interval(0.9, 0.8, 1.0, 3, 60))
    middle, reach = math.log(9), 0.1 / 0.09
    assert (made.low, made.high) == pytest.approx(tuple(1 / (1 + math.exp(-middle + s * reach)) for s in (1, -1)))
    assert of_area(Interval(1.0, 0.9, 1.1, 3, 60)).high == 1.0
    wide = of_area(Interval(0.999, -5.0, 7.0, 3, 60))
    assert 0 <= wide.low < 0.999 < wide.high <= 1
