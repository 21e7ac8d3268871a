import itertools

import numpy as np
import pytest
from scipy import stats

from relxfer.choose.correlation import overall, within_targets


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def brute_force(a, b, orders):
    """Two-sided p from the definition."""
    rhos = [stats.spearmanr(a, b[list(order)]).statistic for order in orders]
    return np.mean(np.abs(rhos) >= abs(stats.spearmanr(a, b).statistic) - 1e-9)


def test_overall_is_spearman_with_ties_and_its_exact_p(rng):
    measure, gain = rng.integers(0, 4, 6).astype(float), rng.normal(size=6)
    found = overall(measure, gain)
    assert found.rho == pytest.approx(stats.spearmanr(measure, gain).statistic)
    assert found.tau == pytest.approx(stats.kendalltau(measure, gain).statistic)
    assert found.p == pytest.approx(brute_force(measure, gain, itertools.permutations(range(6))))
    assert (found.pairs, found.orders) == (6, 720)


def test_rounding_breaks_no_tie():
    measure, equal, rounded = (
        [1, 2, 3, 4, 5, 6],
        [0.3, 0.3, 0.3, 0.6, 0.6, 0.6],
        [0.3, 0.1 + 0.2, 0.3, 0.6, 0.6, 0.7 - 0.1],
    )
    assert equal != rounded
    assert overall(measure, rounded) == overall(measure, equal)
    within = {"sources": list("abcdef"), "targets": list("xxxxxx")}
    assert within_targets(measure, rounded, **within) == within_targets(measure, equal, **within)


def test_many_pairs_are_tested_with_random_orders(rng):
    measure = rng.normal(size=30)
    found = overall(measure, measure + 2 * rng.normal(size=30))
    assert 0 < found.p < 1
    assert found.orders < 10**5
    assert overall(measure, measure).p == pytest.approx(1 / found.orders)


def test_p_is_the_normal_approximation_where_pairs_are_many(rng):
    measure, noise = rng.normal(size=60), rng.normal(size=60)
    assert overall(measure, noise).p == pytest.approx(stats.spearmanr(measure, noise).pvalue, abs=0.02)


def test_needed_is_the_critical_value_of_the_tables():
    found = overall(range(6), [0, 2, 1, 4, 3, 5])
    assert found.needed == pytest.approx(0.886, abs=0.001)  # Spearman's rho at n = 6, two-sided 5 %
    assert (found.p <= 0.05) == (abs(found.rho) >= found.needed)


def test_needed_is_none_where_no_order_is_rare_enough():
    assert within_targets([1, 2, 3] * 2, [1, 3, 2] * 2, list("abc") * 2, list("xxxyyy")).needed is None


def test_within_targets_a_target_may_be_as_hard_as_it_likes(rng):
    sources, targets = list("abcd" * 3), list("xxxxyyyyzzzz")
    measure, gain = rng.normal(size=12), rng.normal(size=12)
    found = within_targets(measure, gain, sources, targets)
    shifted = within_targets(measure, gain + np.repeat([0, 50, -9], 4), sources, targets)
    assert shifted == found
    assert overall(measure, gain + np.repeat([0, 50, -9], 4)).rho != pytest.approx(found.rho)


def test_within_targets_of_one_target_is_spearman(rng):
    measure, gain = rng.normal(size=6), rng.normal(size=6)
    found = within_targets(measure, gain, list("abcdef"), ["x"] * 6)
    assert found.rho == pytest.approx(stats.spearmanr(measure, gain).statistic)
    assert found.p == overall(measure, gain).p


def test_sources_change_places_on_all_targets_at_once(rng):
    """What makes a source good anywhere is one piece of evidence, however many targets repeat it."""
    sources = list("abc") * 5
    targets = [name for name in "uvxyz" for _ in range(3)]
    found = within_targets([1, 2, 3] * 5, [1, 2, 3] * 5, sources, targets)
    assert (found.rho, found.orders, found.p) == (1.0, 6, 2 / 6)


def test_targets_of_other_sources_are_exchanged_apart(rng):
    sources, targets = list("abcdecde"), list("xxxxxyyy")
    found = within_targets(rng.normal(size=8), rng.normal(size=8), sources, targets)
    assert (found.pairs, found.orders) == (8, 120 * 6)


def test_a_target_with_one_source_is_left_out(rng):
    sources, targets = [*"abcdefa"], [*"xxxxxxy"]
    measure, gain = rng.normal(size=7), rng.normal(size=7)
    found = within_targets(measure, gain, sources, targets)
    assert found == within_targets(measure[:6], gain[:6], sources[:6], targets[:6])


@pytest.mark.parametrize("count", [0, 5])
def test_too_few_pairs(count):
    assert overall(range(count), range(count)).startswith(f"too few pairs: {count}")
    assert within_targets(range(count), range(count), list("abcde")[:count], ["x"] * count).startswith("too few pairs")


def test_a_constant_is_no_correlation():
    assert overall([1.0] * 6, range(6)) == "the measure tells no source from another"
    assert overall(range(6), [1.0] * 6) == "the gain tells no source from another"
