"""Probabilities of the candidates of a ranking, each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from relxfer_strategies.calibrating.finite_scores import finite
from relxfer_strategies.calibrating.logistic import fitted, sigmoid

#: How many candidates of each query it is fitted to, the best ones: those that predictions show.
FIRST = 10
#: Bounds of 1 / T, as for `temperature`.
LEAST, MOST = 0.05, 20.0
#: Shares below this are told apart from it no more.
_SMALLEST = 1e-290


class PlattRanking:
    """p(candidate j is the answer | query) = sigmoid(a + b logit(q_j)), where q = softmax(s / T) over the candidates.

    Of the validation queries, the ten best candidates are right or wrong, and T, a and b >= 0 make that most likely: T
    by the shares q themselves, then a and b, once for the best candidate of a query and once for the others, which are
    no more probable than the best. Each candidate has a probability by itself, and they need not add up to 1: several
    answers may be right. So 0.7 means that of ten candidates with this probability seven are the answer of their query,
    which can be counted. The order of the candidates stays as it is.

    >>> scores, answers = np.array([[4.0, 0.0, 0.0]] * 100), np.array([0] * 60 + [1] * 40)
    >>> made = PlattRanking(None)
    >>> made.apply(scores[:1], made.fit(scores, answers)).round(1).tolist()
    [[0.6, 0.1, 0.1]]
    """

    def __init__(self, options: Any):
        pass

    def fit(self, scores: np.ndarray, answers: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """T, a and b, from scores [n, C], -inf for candidates that do not compete, and answers [n].

        Raises:
            Incompatible: a score is NaN or +inf.
        """
        from scipy.optimize import minimize_scalar

        made = finite(scores, but=-np.inf)
        first = np.argsort(-made, axis=1, kind="stable")[:, :FIRST]
        below, compete = made - made.max(1, keepdims=True), np.isfinite(np.take_along_axis(made, first, 1))
        best, right = np.take_along_axis(below, first, 1), first == np.asarray(answers)[:, None]

        def odds(inverse: float) -> np.ndarray:
            """[n, 10]: logit of the shares of the best candidates."""
            return _logit(np.exp(best * inverse) / np.exp(below * inverse).sum(1, keepdims=True))

        found = minimize_scalar(
            lambda log: _loss(odds(np.exp(log))[compete], right[compete]),
            bounds=(np.log(LEAST), np.log(MOST)),
            method="bounded",
            options={"xatol": 1e-2},
        )
        inverse = float(np.exp(found.x))
        made, others = odds(inverse), compete[:, 1:]
        of_best, of_others = fitted(made[:, 0], right[:, 0]), fitted(made[:, 1:][others], right[:, 1:][others])
        return {}, {"temperature": 1 / inverse, "best": [*of_best], "others": [*of_others]}

    def apply(self, scores: np.ndarray, fitted: tuple[Mapping[str, np.ndarray], Mapping[str, Any]]) -> np.ndarray:
        """[b, C], 0 for candidates that do not compete; `ValueError` where the card holds other numbers."""
        temperature, lines = (
            float(fitted[1]["temperature"]),
            np.array([fitted[1][of] for of in ("best", "others")], float),
        )
        if (
            not 0 < temperature < np.inf
            or lines.shape != (2, 2)
            or not np.isfinite(lines).all()
            or lines[:, 1].min() < 0
        ):
            raise ValueError("expected a temperature above 0, and a and b of the best candidate and of the others")
        made = np.asarray(scores, float)
        below = (made - made.max(1, keepdims=True)) / temperature
        raised = np.exp(below)
        odds = _logit(raised / raised.sum(1, keepdims=True))
        best, others = (sigmoid(a + b * odds) for a, b in lines)
        shown = np.where(below == 0, best, np.minimum(others, best.max(1, keepdims=True)))
        return np.asarray(np.where(np.isneginf(made), 0.0, shown))


def _logit(share: np.ndarray) -> np.ndarray:
    """log(q / (1 - q)), finite for 0 and 1."""
    kept = np.clip(share, _SMALLEST, 1 - 1e-12)
    return np.log(kept) - np.log1p(-kept)


def _loss(odds: np.ndarray, right: np.ndarray) -> float:
    """Mean negative log-likelihood of what is right, by its log-odds."""
    return float((np.logaddexp(0, odds) - right * odds).mean())
