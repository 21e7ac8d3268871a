"""Least squares with a penalty of their own."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.estimation.ridge import ridge


@pytest.mark.parametrize("shape", [(12, 30), (40, 6)])
def test_left_out_predictions_are_those_of_fits_without_the_row(shape):
    rng = np.random.default_rng(0)
    rows, true = rng.normal(size=shape), rng.normal(size=(shape[0], 2))
    weights, left_out = ridge(rows, true)
    penalty = penalty_of(rows, true, weights)
    for row in (0, 5):
        rest = np.delete(np.arange(len(rows)), row)
        assert np.allclose(left_out[row], rows[row] @ solved(rows[rest], true[rest], penalty), atol=1e-6)


def solved(rows, true, penalty):
    return np.linalg.solve(rows.T @ rows + penalty * np.eye(rows.shape[1]), rows.T @ true)


def penalty_of(rows, true, weights) -> float:
    """The one that was chosen: X^T (Y - X W) = r W."""
    gradient = rows.T @ (true - rows @ weights)
    return float((gradient * weights).sum() / np.square(weights).sum())


def test_a_feature_that_tells_nothing_predicts_next_to_nothing():
    rng = np.random.default_rng(0)
    true = np.eye(3)[rng.integers(0, 3, 60)] - 1 / 3
    _, left_out = ridge(rng.normal(size=(60, 200)), true)
    assert np.abs(left_out).mean() < 0.1
