"""The gain of the best row: what it is drawn towards, and how often its interval has the truth."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.judge import squares
from relxfer.judge.best_of import _covariance, best_of


def drawn(rng, gains, seeds=6, items=60, shared=0.3, own=0.3):
    """[K, S, n]: noise that all rows share, and noise of each; of seeds, of items and of both."""
    noise = shared * sum(rng.normal(size=shape) for shape in ((1, seeds, 1), (1, 1, items), (1, seeds, items)))
    rows = len(gains)
    own_noise = own * sum(
        rng.normal(size=shape) for shape in ((rows, seeds, 1), (rows, 1, items), (rows, seeds, items))
    )
    return np.asarray(gains)[:, None, None] + noise + own_noise


def test_fewer_than_four_rows_are_as_they_are():
    assert best_of(list(drawn(np.random.default_rng(0), [0.0] * 3))) is None
    assert best_of([]) is None


def test_by_hand():
    """e = mean variance - mean covariance of the means; tau^2 = var(m) - e; tau^2 / (tau^2 + e) of the way is kept."""
    rows = drawn(np.random.default_rng(3), [0.0, 0.2, 0.5, 1.0, 0.4])
    k, s, n = rows.shape
    means = rows.mean((1, 2))
    covariance = np.zeros((k, k))
    for i in range(k):
        for j in range(k):
            both = 0.0
            a = [(rows[i, x].mean() - means[i]) * (rows[j, x].mean() - means[j]) for x in range(s)]
            b = [(rows[i, :, y].mean() - means[i]) * (rows[j, :, y].mean() - means[j]) for y in range(n)]
            for x in range(s):
                for y in range(n):
                    left = [rows[r, x, y] - rows[r, x].mean() - rows[r, :, y].mean() + means[r] for r in (i, j)]
                    both += left[0] * left[1]
            ms_a, ms_b, ms_e = n * sum(a) / (s - 1), s * sum(b) / (n - 1), both / ((s - 1) * (n - 1))
            covariance[i, j] = (ms_a + ms_b - ms_e) / (s * n)
    diagonal = covariance.diagonal().mean()
    e = diagonal - covariance[~np.eye(k, dtype=bool)].mean()
    tau2 = means.var(ddof=1) - e
    best, gain = best_of(list(rows))
    assert best == 3
    assert gain.estimate == pytest.approx(means.mean() + tau2 / (tau2 + e) * (means[3] - means.mean()))
    assert means.mean() < gain.estimate < means[3]
    assert (gain.seeds, gain.units) == (s, n)


def test_the_covariance_of_a_row_with_itself_is_that_of_its_mean_squares():
    rows = drawn(np.random.default_rng(1), [0.0] * 4)
    made = [squares.of(row) for row in rows]
    expected = [(each.seeds + each.items - each.both) / each.runs for each in made]
    assert _covariance(rows).diagonal() == pytest.approx(expected)


def test_rows_without_noise_of_their_own_keep_their_gain():
    base = np.random.default_rng(0).normal(size=(6, 60))
    best, gain = best_of([base + shift for shift in (0.0, 0.1, 0.3, 0.2)])
    assert (best, gain.estimate) == (2, pytest.approx(base.mean() + 0.3))


@pytest.mark.parametrize("seeds", [1, 6])
def test_the_best_of_nothing_is_near_nothing(seeds):
    rng, raw, shrunk, covered = np.random.default_rng(seeds), [], [], []
    for _ in range(200):
        rows = drawn(rng, [0.0] * 8, seeds=seeds) if seeds > 1 else rng.normal(size=(8, 1, 60))
        best, gain = best_of(list(rows))
        raw.append(rows[best].mean())
        shrunk.append(gain.estimate)
        covered.append(gain.low <= 0 <= gain.high)
    assert np.mean(shrunk) < 0.35 * np.mean(raw)
    assert np.mean(covered) > 0.9


def test_scale_and_order():
    rows = drawn(np.random.default_rng(0), [0.0, 0.1, 0.2, 0.05])
    (best, gain), (other, scaled) = best_of(list(rows)), best_of(list(100 * rows[::-1]))
    assert other == 3 - best
    assert (scaled.estimate, scaled.low, scaled.high) == pytest.approx(
        (100 * gain.estimate, 100 * gain.low, 100 * gain.high)
    )


def test_items_in_clusters_widen_the_interval():
    rng, ids = np.random.default_rng(0), np.repeat(np.arange(15), 6)
    rows = list(rng.normal(size=(5, 1, 15))[:, :, ids] + 0.1 * rng.normal(size=(5, 4, 90)))
    by_item, by_cluster = best_of(rows)[1], best_of(rows, ids)[1]
    assert by_cluster.units == 15
    assert by_cluster.high - by_cluster.low > 1.5 * (by_item.high - by_item.low)


def test_rows_with_other_seeds_cannot_be_compared():
    rows = [np.zeros((3, 10))] * 3 + [np.zeros((4, 10))]
    with pytest.raises(ValueError, match="the same seeds and items"):
        best_of(rows)
