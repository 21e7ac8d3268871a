"""Logistic functions of a score, fitted to what was right: Platt scaling."""

from __future__ import annotations

import numpy as np

#: Bounds of slope and intercept: where scores separate what is right, the likelihood grows without end.
MOST_SLOPE, MOST_INTERCEPT = 20.0, 50.0


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-v)), for large values too."""
    return np.asarray(0.5 * (1 + np.tanh(np.asarray(values, float) / 2)))


def fitted(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """a, b >= 0 of the p = sigmoid(a + b s) of the highest likelihood, for scores [n] that are right [n] or not.

    Platt (1999): the targets are (n+ + 1) / (n+ + 2) for what is right and 1 / (n- + 2) for what is not, so that few
    labels, or labels all alike, leave no probability at 0 or 1. With b >= 0 the order of scores stays.

    >>> a, b = fitted(np.array([-1.0, 1.0] * 500), np.array([0, 1] * 500))
    >>> sigmoid(a + b * np.array([-1.0, 1.0])).round(3).tolist()
    [0.002, 0.998]
    """
    from scipy.optimize import minimize

    if not len(scores):
        return 0.0, 1.0
    mean, spread = float(scores.mean()), float(scores.std()) or 1.0
    unit = (scores - mean) / spread
    there = right.astype(bool)
    wanted = np.where(there, (there.sum() + 1) / (there.sum() + 2), 1 / ((~there).sum() + 2))

    def loss(of: np.ndarray) -> tuple[float, np.ndarray]:
        """Mean negative log-likelihood, and its gradient."""
        value = of[0] + of[1] * unit
        apart = sigmoid(value) - wanted
        return float((np.logaddexp(0, value) - wanted * value).mean()), np.array([apart.mean(), (apart * unit).mean()])

    bounds = [(-MOST_INTERCEPT, MOST_INTERCEPT), (0.0, MOST_SLOPE)]
    found = minimize(loss, np.array([0.0, 1.0]), jac=True, bounds=bounds, method="L-BFGS-B").x
    slope = float(found[1]) / spread
    return float(found[0]) - slope * mean, slope
