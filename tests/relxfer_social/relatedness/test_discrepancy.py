"""How far samples of points are apart."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.relatedness.discrepancy import class_overlap, energy, mixed, proxy_a

pytestmark = pytest.mark.processor


def test_the_energy_coefficient_is_that_of_scipy():
    from scipy.stats import energy_distance

    rng = np.random.default_rng(0)
    one, other = rng.normal(size=40), rng.normal(1, 2, size=30)
    across = 2 * np.abs(one[:, None] - other).mean()
    assert energy(one[:, None], other[:, None]) == pytest.approx(energy_distance(one, other) / np.sqrt(across))
    assert energy(100 * one[:, None], 100 * other[:, None]) == pytest.approx(energy(one[:, None], other[:, None]))


def test_two_samples_of_one_distribution_are_not_told_apart():
    one, other = np.random.default_rng(0).normal(size=(2, 300, 8))
    assert proxy_a(one, other) < 0.25
    assert mixed(one, other) > 0.95
    assert energy(one, other) < 0.1
    assert (proxy_a(one, other + 9), mixed(one, other + 9)) == (2.0, 0.0)


def test_class_overlap_where_the_rule_is_often_wrong():
    rng = np.random.default_rng(0)
    means = np.array([[-1.0], [1.0]])

    def drawn(share, count=4000):
        labels = (rng.random(count) < share).astype(int)
        return means[labels] + rng.normal(size=(count, 1)), labels

    points, labels = drawn(0.5)
    found = class_overlap(points, labels, 2, drawn(0.8)[0])
    assert 0.7 < found < 0.82, "what the rule says, taken as it is, would give .85"


def test_a_rule_that_is_no_better_than_naming_the_largest_class_says_nothing():
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(400, 3)), (rng.random(400) < 0.3).astype(int)
    assert "where the largest class is 7" in str(class_overlap(points, labels, 2, points))
