"""Least squares that choose their own penalty by leaving out one row after the other, in closed form."""

from __future__ import annotations

import numpy as np

#: Penalties that are tried, as factors on the mean square of a singular value.
STRENGTHS = 10.0 ** np.arange(-3, 2.5, 0.5)


def ridge(rows: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """W = argmin |X W - Y|^2 + r |W|^2, and what is predicted for every row by a fit without it.

    rows     X [n, F]
    targets  Y [n, C]
    returns  W [F, C] and [n, C]; r of the smallest squared error of the second (the PRESS statistic, Allen 1974):
             y_i - (y_i - x_i W) / (1 - H_ii), H = X (X^T X + r I)^-1 X^T

    >>> weights, left_out = ridge(np.array([[1.0], [1.0], [-1.0]]), np.array([[1.0], [1.0], [-1.0]]))
    >>> weights.round(2).tolist(), left_out.round(2).ravel().tolist()
    ([[1.0]], [1.0, 1.0, -1.0])
    """
    left, singular, right = np.linalg.svd(rows, full_matrices=False)
    seen = left.T @ targets
    unit = max(float(np.square(singular).sum()) / len(rows), 1e-12)

    def left_out(strength: float) -> np.ndarray:
        shrunk = singular**2 / (singular**2 + strength * unit)
        hat = np.square(left) @ shrunk
        return targets - (targets - left @ (shrunk[:, None] * seen)) / np.maximum(1 - hat, 1e-9)[:, None]

    best = min(STRENGTHS, key=lambda strength: float(np.square(targets - left_out(strength)).sum()))
    weights = right.T @ ((singular / (singular**2 + best * unit))[:, None] * seen)
    return weights, left_out(best)
