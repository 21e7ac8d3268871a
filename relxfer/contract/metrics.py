"""What a metric returns: a value for every query, or its value and the influence of every query on it.

A metric is a function that a `relxfer.Metric` record names. It gets what `Task.results` returns for the test, and
returns `PerItem`, `ByInfluence`, or a plain array, which means `PerItem`. Where it has no value it raises `Undefined`.

numpy appears in annotations only, so that checking and listing do not import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relxfer.errors import Undefined as Undefined  # raised by metrics

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class PerItem:
    """A metric that is a mean over queries.

    values  [n] float: the value of every query
    chance  its value for predictions that know nothing, such as an order at random; a run that does not reach it has
            failed to train. None: there is none to tell it by
    """

    values: np.ndarray
    chance: float | None = None

    @property
    def contributions(self) -> np.ndarray:
        """[n] float: their mean is the metric, and under resampling it varies like the metric."""
        return self.values


@dataclass(frozen=True)
class ByInfluence:
    """A metric that is no mean over queries, such as the area under a curve.

    The influence of query i on a statistic T is n times the derivative of T by the weight of i (Hampel 1974).
    Influences sum to 0, so that the mean of value + influence is T, and under resampling it varies like T to first
    order (the infinitesimal jackknife).

    value       of the metric
    influences  [n] float: of every query
    classes     [n] int: the class of every query, where every class counts alike however few queries it has; the noise
                of a rare class is then estimated within it, and with too few queries there is no verdict
    chance      as of `PerItem`

    >>> import numpy as np
    >>> errors = np.array([1.0, 1.0, 4.0])
    >>> rmse = errors.mean() ** 0.5
    >>> made = ByInfluence(rmse, (errors - errors.mean()) / (2 * rmse))
    >>> round(float(made.contributions.mean()), 4), round(float(rmse), 4)
    (1.4142, 1.4142)
    """

    value: float
    influences: np.ndarray
    classes: np.ndarray | None = None
    chance: float | None = None

    @property
    def contributions(self) -> np.ndarray:
        """[n] float: value + influence."""
        return self.value + self.influences
