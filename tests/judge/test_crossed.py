"""Intervals of crossed pre-trainings and seeds: they must cover, whichever of the two varies."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.judge import crossed, statistics

P, S, N = 3, 5, 40


def planted(rng, pretrainings=0.0, seeds=0.0, interaction=0.0, units=0.0, noise=0.0):
    """[P, S, N] values whose mean is 0, with the standard deviations of each factor."""
    return (
        pretrainings * rng.normal(size=(P, 1, 1)) + seeds * rng.normal(size=(1, S, 1))
        + interaction * rng.normal(size=(P, S, 1)) + units * rng.normal(size=(1, 1, N))
        + noise * rng.normal(size=(P, S, N))
    )  # fmt: skip


def missed(interval, simulations=150, **sizes):
    """Share of intervals that miss the truth."""
    rng = np.random.default_rng(0)
    found = [interval(planted(rng, **sizes), np.arange(N), resamples=400) for _ in range(simulations)]
    return np.mean([not each.low <= 0 <= each.high for each in found])


@pytest.mark.parametrize(
    "sizes",
    [
        {"pretrainings": 1.0},
        {"seeds": 1.0},
        {"pretrainings": 1.0, "seeds": 1.0},
        {"pretrainings": 1.0, "seeds": 1.3, "units": 2.0},
        {"interaction": 1.0},
        {"units": 1.0, "noise": 1.0},
    ],
    ids=lambda sizes: " ".join(sizes),
)
def test_the_interval_covers_whatever_varies(sizes):
    assert missed(crossed.mean_interval, noise=sizes.pop("noise", 0.2), **sizes) <= 0.09


def test_cells_of_one_pre_training_are_no_replicates():
    """What the crossing is for: if all cells counted as replicates, most intervals would miss."""

    def pooled(values, units, resamples):
        return statistics.mean_interval(values.reshape(P * S, N), units, resamples=resamples)

    assert missed(pooled, pretrainings=1.0, noise=0.2) > 0.25


def test_values_by_seed_are_judged_as_before():
    values = np.random.default_rng(1).random((6, 30))
    given = values, np.arange(30)
    assert crossed.mean_interval(*given, resamples=300) == statistics.mean_interval(*given, resamples=300)
    assert crossed.mean_interval(values[:, None], np.arange(30), resamples=300) == statistics.mean_interval(
        *given, resamples=300
    )
    expected = statistics.paired_gain(values, values[::-1], np.arange(30), resamples=300)
    assert crossed.paired_gain(values, values[::-1], np.arange(30), resamples=300) == expected


def test_the_gain_over_a_row_without_pre_trainings_counts_its_spread_too():
    rng = np.random.default_rng(2)
    transfer = planted(rng, pretrainings=0.1, noise=0.1)
    scratch = 3 * rng.normal(size=(1, S, 1)) + np.zeros((1, S, N))
    gain = crossed.paired_gain(transfer, scratch, np.arange(N), resamples=400)
    alone = crossed.mean_interval(transfer, np.arange(N), resamples=400)
    assert gain.estimate == pytest.approx(transfer.mean() - scratch.mean())
    assert gain.high - gain.low > 5 * (alone.high - alone.low)
    assert (gain.seeds, gain.units) == (S, N)


def test_equal_values_have_an_interval_of_no_width():
    gain = crossed.paired_gain(np.full((P, S, N), 0.5), np.full((1, 1, N), 0.25), np.arange(N), resamples=200)
    assert (gain.estimate, gain.low, gain.high) == (0.25, 0.25, 0.25)
