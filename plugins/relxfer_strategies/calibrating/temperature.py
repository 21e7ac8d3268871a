"""Temperature scaling: the scores divided by one number before the softmax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from relxfer.judge.metrics.classification import softmax
from relxfer_strategies.calibrating.finite_scores import finite

#: Bounds of 1 / T: where every answer is right, the likelihood grows without end as T falls.
LEAST, MOST = 0.05, 20.0
#: Number of further labels that are as the scores say.
AS_SAID = 20


class Temperature:
    """p(y|x) = softmax(s(x) / T)_y, with T > 0 that maximises the likelihood of the validation labels.

    Guo et al. (2017), "On calibration of modern neural networks", section 4.2. The mean negative log-likelihood is
    convex in 1 / T, so its minimum is where its derivative, which only rises, is 0; T lies between 1/20 and 20. The
    order of the classes stays as it is, and so do accuracy and F1.

    With few labels, T would follow chance: where all of 30 are right, the likelihood grows without end as T falls. So
    20 further labels are taken to be as the scores say, softmax(s), which keeps T near 1 until there are many others.

    >>> scores, answers = np.array([[4.0, 0.0]] * 4000), np.array([0, 0, 0, 1] * 1000)
    >>> arrays, card = Temperature(None).fit(scores, answers)
    >>> Temperature(None).apply(scores[:1], (arrays, card)).round(3).tolist()
    [[0.751, 0.249]]
    """

    def __init__(self, options: Any):
        pass

    def fit(self, scores: np.ndarray, answers: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """T from scores [n, C] and answers [n]; `Incompatible` where a score is not finite."""
        from scipy.optimize import brentq

        made = finite(scores)
        made = made - made.max(1, keepdims=True)
        right, known = made[np.arange(len(made)), answers], len(made) / (len(made) + AS_SAID)
        wanted = known * right + (1 - known) * (softmax(made) * made).sum(1)

        def slope(inverse: float) -> float:
            """The derivative of the mean negative log-likelihood by 1 / T: E_p[s] - s_answer."""
            return float(((softmax(inverse * made) * made).sum(1) - wanted).mean())

        if slope(LEAST) >= 0:
            inverse = LEAST
        elif slope(MOST) <= 0:
            inverse = MOST
        else:
            inverse = brentq(slope, LEAST, MOST)
        return {}, {"temperature": 1 / float(inverse)}

    def apply(self, scores: np.ndarray, fitted: tuple[Mapping[str, np.ndarray], Mapping[str, Any]]) -> np.ndarray:
        """softmax(scores / T), [b, C]; `ValueError` where the card holds no T above 0."""
        temperature = float(fitted[1]["temperature"])
        if not 0 < temperature < np.inf:
            raise ValueError(f"expected a temperature above 0, got {temperature}")
        return softmax(np.asarray(scores, float) / temperature)
