"""Platt scaling of each label by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from relxfer_strategies.calibrating.finite_scores import finite
from relxfer_strategies.calibrating.logistic import fitted, sigmoid


class Platt:
    """p(label c | x) = sigmoid(a_c + b_c s_c(x)), with a_c and b_c >= 0 that fit the validation labels of c.

    Platt (1999), "Probabilistic outputs for support vector machines"; see `relxfer_strategies.calibrating.logistic`.

    >>> scores, answers = np.array([[2.0], [2.0], [2.0], [-2.0]] * 50), np.array([[1], [1], [0], [0]] * 50)
    >>> made = Platt(None)
    >>> made.apply(np.array([[2.0], [-2.0]]), made.fit(scores, answers)).round(2).tolist()
    [[0.66], [0.01]]
    """

    def __init__(self, options: Any):
        pass

    def fit(self, scores: np.ndarray, answers: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """The a and b of every label, from scores and answers [n, C]; `Incompatible` where a score is not finite."""
        made = finite(scores)
        return {"lines": np.array([fitted(s, y) for s, y in zip(made.T, np.asarray(answers).T, strict=True)])}, {}

    def apply(self, scores: np.ndarray, fitted: tuple[Mapping[str, np.ndarray], Mapping[str, Any]]) -> np.ndarray:
        """[b, C]; `ValueError` where there are not a and b of every label."""
        lines = np.asarray(fitted[0]["lines"], float)
        if lines.shape != (np.shape(scores)[1], 2) or not np.isfinite(lines).all():
            raise ValueError(f"expected two finite numbers for each of {np.shape(scores)[1]} labels")
        return sigmoid(lines[:, 0] + lines[:, 1] * np.asarray(scores, float))
