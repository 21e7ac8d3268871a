"""What tests of metrics share: the change of a metric as one query counts for more, and the jackknife."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from relxfer.contract.metrics import ByInfluence


def _follows(made: ByInfluence, weighted: Callable[[np.ndarray], float], close: float = 1e-5) -> None:
    """Check the value, that influences sum to 0, and that each is n times the derivative by the weight of its query.

    weighted  the metric by another implementation, of weights [n]
    """
    n, h = len(made.influences), 1e-6
    assert made.value == pytest.approx(weighted(np.ones(n)))
    assert made.influences.sum() == pytest.approx(0, abs=1e-8 * n)
    assert made.contributions.mean() == pytest.approx(made.value)
    for i in range(n):
        step = h * (np.arange(n) == i)
        slope = (weighted(1 + step) - weighted(1 - step)) / (2 * h)
        assert made.influences[i] == pytest.approx(n * slope, abs=close)


def _jackknifed(
    metric: Callable[[Any], ByInfluence], kind: type, scores: np.ndarray, answers: np.ndarray
) -> np.ndarray:
    """[n]: (n - 1) (T - T without query i), which is close to the influence of i where n is large."""
    n = len(answers)
    whole = metric(kind(scores, answers)).value
    rows = np.arange(n)
    return np.array([(n - 1) * (whole - metric(kind(scores[rows != i], answers[rows != i])).value) for i in rows])


@pytest.fixture(scope="session")
def follows() -> Callable[..., None]:
    return _follows


@pytest.fixture(scope="session")
def jackknifed() -> Callable[..., np.ndarray]:
    return _jackknifed
