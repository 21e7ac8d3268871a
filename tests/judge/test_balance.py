"""Means in which every class counts alike."""

from __future__ import annotations

import numpy as np

from relxfer.judge import balance


def test_the_mean_of_contributions_is_that_of_the_means_of_classes():
    rng = np.random.default_rng(0)
    classes = np.repeat([0, 1, 2], [50, 30, 5])
    values = rng.random((3, 85))
    made = balance.contributions(values, classes)
    by_class = np.stack([values[:, classes == c].mean(1) for c in range(3)], 1)
    assert np.allclose(made.mean(1), by_class.mean(1))


def test_the_weight_of_an_item_moves_the_mean_by_its_contribution():
    """To first order: an influence is n times the derivative by the weight of an item."""
    rng = np.random.default_rng(1)
    classes, values, step = np.repeat([0, 1], [12, 4]), rng.random(16), 1e-6

    def mean(weights):
        parts = [np.average(values[classes == c], weights=weights[classes == c]) for c in (0, 1)]
        return np.mean(parts)

    influence = (balance.contributions(values[None], classes) - mean(np.ones(16)))[0]
    moved = [(mean(1 + step * (np.arange(16) == i)) - mean(np.ones(16))) / step * 16 for i in range(16)]
    assert np.allclose(influence, moved, atol=1e-5)


def test_an_item_of_a_rare_class_changes_the_most():
    assert balance.most(np.array([0, 0, 0, 0, 0, 0, 1, 1])) == 2.0
    assert balance.most(np.array([0, 1])) == 1.0
