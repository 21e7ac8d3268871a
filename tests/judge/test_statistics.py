"""Intervals against scipy and simulation; tests against enumeration."""

import itertools
import tracemalloc

import numpy as np
import pytest

from relxfer.judge.records import Interval, Verdict
from relxfer.judge.statistics import (
    holm,
    mean_interval,
    paired_gain,
    seeds_needed,
    sign_flip,
    smallest_p,
    unit_sums,
)

SEED = 3


def crossed(rng, seeds, units, seed_sd, unit_sd, both_sd):
    """[S, U]: a + b + e, mean 0."""
    effects = seed_sd * rng.normal(size=(seeds, 1)) + unit_sd * rng.normal(size=(1, units))
    return effects + both_sd * rng.normal(size=(seeds, units))


def misses(make, repetitions=200, resamples=400):
    """Share of intervals that do not hold the true 0."""
    rng, missed = np.random.default_rng(SEED), 0
    for repetition in range(repetitions):
        values = make(rng)
        found = mean_interval(values, np.arange(values.shape[1]), resamples=resamples, seed=repetition)
        missed += not found.low <= 0 <= found.high
    return missed / repetitions


def test_unit_sums_add_up():
    rng = np.random.default_rng(SEED)
    values, units = rng.normal(size=(3, 20)), rng.choice([4, 9, 17, 99], 20)
    sums, counts = unit_sums(values, units)
    for place, unit in enumerate(np.unique(units)):
        assert sums[:, place] == pytest.approx(values[:, units == unit].sum(1))
        assert counts[place] == (units == unit).sum()


def test_bca_agrees_with_scipy_where_one_factor_varies():
    from scipy.stats import bootstrap

    values = np.random.default_rng(SEED).exponential(size=80) ** 2  # skewed: bias and acceleration matter
    ours = mean_interval(values, np.arange(80), resamples=10_000)
    theirs = bootstrap(
        (values,), np.mean, n_resamples=10_000, method="BCa", rng=np.random.default_rng(1)
    ).confidence_interval
    width = theirs.high - theirs.low
    assert ours.estimate == pytest.approx(values.mean())
    assert abs(ours.low - theirs.low) < 0.03 * width
    assert abs(ours.high - theirs.high) < 0.03 * width
    plain = np.quantile(np.random.default_rng(2).choice(values, (10_000, 80)).mean(1), [0.025, 0.975])
    assert abs(ours.high - plain[1]) > 0.03 * width  # else this test could not tell BCa from percentiles


def test_queries_of_one_unit_are_drawn_together():
    values = np.random.default_rng(SEED).normal(size=50)
    alone = mean_interval(values, np.arange(50), resamples=2000)
    twice = mean_interval(np.repeat(values, 2), np.repeat(np.arange(50), 2), resamples=2000)
    assert (twice.low, twice.high) == pytest.approx((alone.low, alone.high))
    assert twice.units == 50


@pytest.mark.parametrize(
    ("sds", "at_most"),
    [((1, 0, 0.1), 0.09), ((0.05, 1, 0.3), 0.09), ((0.3, 1, 0.5), 0.09), ((0, 0, 1), 0.03)],
    ids=["seeds vary", "units vary", "both vary", "they interact"],
)
def test_intervals_over_six_seeds_hold_the_truth(sds, at_most):
    assert misses(lambda rng: crossed(rng, 6, 40, *sds)) <= at_most


def test_wide_enough_but_not_idle():
    shifted = misses(lambda rng: 0.6 + crossed(rng, 6, 40, 0.1, 1, 0.5))
    assert shifted > 0.85  # a gain of 3.8 standard errors is nearly always seen


def reciprocal_ranks(rng, hard, seeds):
    """A training run moves all its ranks a little, and each of them more."""
    pace = np.exp(hard + 0.2 * rng.normal(size=(seeds, 1)) + 0.5 * rng.normal(size=(seeds, len(hard))))
    return 1 / (1 + np.floor(rng.exponential(size=pace.shape) * pace))


def test_null_transfers_get_few_verdicts():
    rng, decided = np.random.default_rng(SEED), 0
    for repetition in range(200):
        hard = rng.normal(1, 1.5, size=40)
        sides = reciprocal_ranks(rng, hard, 6), reciprocal_ranks(rng, hard, 6)
        gain = paired_gain(*sides, np.repeat(np.arange(20), 2), resamples=400, seed=repetition)
        decided += Verdict.of(gain) is not Verdict.INCONCLUSIVE
    assert decided <= 10


def test_gain_is_the_interval_of_the_differences():
    rng = np.random.default_rng(SEED)
    ours, theirs, units = rng.random((6, 30)), rng.random((6, 30)), np.repeat(np.arange(15), 2)
    gain = paired_gain(ours, theirs, units, resamples=500)
    swapped = paired_gain(theirs, ours, units, resamples=500)
    assert gain == mean_interval(ours - theirs, units, resamples=500)
    assert swapped.estimate == pytest.approx(-gain.estimate)
    assert (gain.seeds, gain.units) == (6, 15)


def test_a_deterministic_side_stands_against_every_seed():
    rng = np.random.default_rng(SEED)
    ours, theirs = rng.random((6, 30)), rng.random((1, 30))
    every = paired_gain(ours, np.repeat(theirs, 6, 0), np.arange(30), resamples=300)
    assert paired_gain(ours, theirs, np.arange(30), resamples=300) == every
    assert paired_gain(ours[:1], theirs, np.arange(30), resamples=300).seeds == 1
    with pytest.raises(ValueError, match="6 and 2"):
        paired_gain(ours, ours[:2], np.arange(30))


def test_same_seed_same_interval():
    values = np.random.default_rng(SEED).random((6, 30))
    first, again = (mean_interval(values, np.arange(30), resamples=300, seed=5) for _ in range(2))
    assert first == again
    assert first != mean_interval(values, np.arange(30), resamples=300, seed=6)


@pytest.mark.parametrize("seeds", [1, 6])
def test_equal_values_give_a_zero_width_interval(seeds):
    assert mean_interval(np.full((seeds, 9), 0.3), np.arange(9), resamples=99) == Interval(
        pytest.approx(0.3), pytest.approx(0.3), pytest.approx(0.3), seeds, 9
    )
    same = np.random.default_rng(SEED).random((seeds, 9))
    assert paired_gain(same, same, np.arange(9), resamples=99) == Interval(0, 0, 0, seeds, 9)


def test_rounding_is_no_gain():
    gain = paired_gain(np.full((6, 9), 0.1 + 0.2), np.full((6, 9), 0.3), np.arange(9), resamples=99)
    assert (gain.low, gain.high) == (0, 0)


@pytest.mark.parametrize("seeds", [1, 6])
def test_one_unit_is_enough_to_compute(seeds):
    found = mean_interval(np.random.default_rng(SEED).random((seeds, 2)), np.zeros(2, int), resamples=200)
    assert found.low <= found.estimate <= found.high


@pytest.mark.parametrize(
    ("values", "units"),
    [
        (np.zeros((2, 0)), np.zeros(0, int)),
        (np.zeros((2, 3)), np.arange(4)),
        (np.array([[1, np.nan]]), np.arange(2)),
    ],
)
def test_values_that_cannot_be_used_are_refused(values, units):
    with pytest.raises(ValueError, match="expected"):
        mean_interval(values, units)


def test_memory_at_the_size_of_fb15k_237():
    values = np.random.default_rng(SEED).random((10, 2 * 20_466))
    tracemalloc.start()
    try:
        # chunks have one size: 300 resamples hold as much at once as 10,000, but for 80 kB of draws
        mean_interval(values, np.repeat(np.arange(20_466), 2), resamples=300)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 150e6


def flipped_by_hand(differences):
    observed = abs(sum(differences))
    totals = [
        abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(differences))
    ]
    return sum(total >= observed - 1e-9 for total in totals) / len(totals)


@pytest.mark.parametrize("size", [1, 2, 5, 6, 9])
def test_sign_flip_equals_enumeration(size):
    rng = np.random.default_rng(SEED)
    for _ in range(20):
        differences = rng.integers(-3, 4, size) / 10  # ties among the patterns, and zeros
        assert sign_flip(differences) == flipped_by_hand(differences.tolist())


@pytest.mark.parametrize("size", range(1, 12))
def test_sign_flip_has_its_floor(size):
    assert sign_flip(np.linspace(1, 2, size)) == smallest_p(size)
    assert sign_flip(np.linspace(1, 2, size) * 1e-14) == smallest_p(size)


def test_sign_flip_beyond_enumeration_is_close_and_never_zero():
    differences = np.random.default_rng(SEED).normal(0.4, 1, 20)
    more = np.append(differences, 1e-9)  # hardly changes the exact p, but is drawn
    assert sign_flip(more) == pytest.approx(sign_flip(differences), abs=0.002)
    assert 0 < sign_flip(np.ones(40)) < 1e-5


def test_sign_flip_of_nothing_is_refused():
    with pytest.raises(ValueError, match="got none"):
        sign_flip([])


def test_holm_by_hand():
    # sorted .005 .01 .03 .04 -> 4x .02, 3x .03, 2x .06, 1x .04 raised to .06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert list(holm([])) == []


def test_seeds_needed_is_the_least_number_that_can_reach_alpha():
    for family, alpha in itertools.product(range(1, 40), (0.05, 0.03125, 0.01)):
        needed = seeds_needed(family, alpha)
        assert family * smallest_p(needed) <= alpha < family * smallest_p(needed - 1)
