"""Probabilities of the candidates of a ranking, each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from relxfer.errors import Incompatible
from relxfer_strategies.calibrating.logistic import fitted, sigmoid

#: How many candidates of each query it is fitted to, the best ones: those that predictions show.
FIRST = 10
#: Bounds of 1 / T, as for `temperature`.
LEAST, MOST = 0.05, 20.0
#: Shares below this are told apart from it no more.
_SMALLEST = 1e-290


class PlattRanking:
    """p(candidate j is the answer | query) = sigmoid(a + b logit(q_j)), where q = softmax(s / T) over the candidates.

    Of the validation queries, the ten best candidates are right or wrong; T, a and b >= 0 make that most likely, T by
    the shares q themselves and then a and b. Each candidate has a probability by itself, and they need not add up to 1:
    several answers may be right. So 0.7 means that of ten candidates with this probability seven are the answer of
    their query, which can be counted. The order of the candidates stays as it is.

    >>> scores, answers = np.array([[4.0, 0.0, 0.0]] * 100), np.array([0] * 60 + [1] * 40)
    >>> made = PlattRanking(None)
    >>> made.apply(scores[:1], made.fit(scores, answers)).round(1).tolist()
    [[0.6, 0.2, 0.2]]
    """

    def __init__(self, options: Any):
        pass

    def fit(self, scores: np.ndarray, answers: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """T, a and b, from scores [n, C], -inf for candidates that do not compete, and answers [n].

        Raises:
            Incompatible: a score is NaN or +inf.
        """
        from scipy.optimize import minimize_scalar

        made = np.asarray(scores, float)
        if np.isnan(made).any() or np.isposinf(made).any():
            raise Incompatible("finite scores of the validation labels", "others", "correct predict of the learner")
        first = np.argsort(-made, axis=1, kind="stable")[:, :FIRST]
        best = np.take_along_axis(made, first, 1)
        right = (first == np.asarray(answers)[:, None])[np.isfinite(best)]
        below = made - made.max(1, keepdims=True)
        found = minimize_scalar(
            lambda log: _loss(self._odds(below, best, np.exp(log)), right),
            bounds=(np.log(LEAST), np.log(MOST)),
            method="bounded",
            options={"xatol": 1e-2},
        )
        inverse = float(np.exp(found.x))
        a, b = fitted(self._odds(below, best, inverse), right)
        return {}, {"temperature": 1 / inverse, "intercept": a, "slope": b}

    def _odds(self, below: np.ndarray, best: np.ndarray, inverse: float) -> np.ndarray:
        """[m]: logit of the shares of the best candidates, those that compete; `below` are scores less the best one."""
        total = np.exp(below * inverse).sum(1, keepdims=True)
        share = np.exp((best - best[:, :1]) * inverse) / total
        return _logit(share)[np.isfinite(best)]

    def apply(self, scores: np.ndarray, fitted: tuple[Mapping[str, np.ndarray], Mapping[str, Any]]) -> np.ndarray:
        """[b, C], 0 for candidates that do not compete; `ValueError` where the card holds other numbers."""
        temperature, a, b = (float(fitted[1][name]) for name in ("temperature", "intercept", "slope"))
        if not (0 < temperature < np.inf and b >= 0 and np.isfinite([a, b]).all()):
            raise ValueError(f"expected T above 0, a number a, and b from 0 on, got {temperature}, {a}, {b}")
        made = np.asarray(scores, float) / temperature
        raised = np.exp(made - made.max(1, keepdims=True))
        shown = sigmoid(a + b * _logit(raised / raised.sum(1, keepdims=True)))
        return np.asarray(np.where(np.isneginf(made), 0.0, shown))


def _logit(share: np.ndarray) -> np.ndarray:
    """log(q / (1 - q)), finite for 0 and 1."""
    kept = np.clip(share, _SMALLEST, 1 - 1e-12)
    return np.log(kept) - np.log1p(-kept)


def _loss(odds: np.ndarray, right: np.ndarray) -> float:
    """Mean negative log-likelihood of what is right, by its log-odds."""
    return float((np.logaddexp(0, odds) - right * odds).mean())
