"""Batch spectral shrinkage: the smallest singular values of a batch's features."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.tuning.bss import BSS, BSSOptions


@pytest.mark.parametrize("count", [1, 3])
def test_the_squares_of_the_smallest_singular_values_are_added(cell, fitted, count):
    fit = fitted(BSS, BSSOptions(penalty_weight=2.0, singular_values=count))
    (batch,) = fit.batches()
    values = np.linalg.svd(cell.learner.features(batch).detach().numpy(), compute_uv=False)
    expected = cell.learner.loss(batch).item() + 2.0 * float(np.square(np.sort(values)[:count]).sum())
    assert fit.loss().item() == pytest.approx(expected, rel=1e-5)


def test_more_values_add_more(cell, fitted):
    fit = fitted(BSS, BSSOptions(penalty_weight=2.0, singular_values=8))
    (batch,) = fit.batches()
    added = fit.loss().item() - cell.learner.loss(batch).item()
    assert added == pytest.approx(2.0 * cell.learner.features(batch).square().sum().item(), rel=1e-4)
