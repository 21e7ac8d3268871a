"""Fitting the power law of a learning curve, which says where it goes beyond its last point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.judge.curves.labels import PowerLaw

#: Fewer points than the law has parameters say nothing about it.
LEAST_POINTS = 3
#: Exponents that are looked for. Of a curve that fits none between them, the ceiling is not known.
_EXPONENTS = np.geomspace(0.05, 3.0, 200)


@dataclass(frozen=True)
class Fitted:
    """A law with what it was fitted to.

    labels  [K] of the points
    halves  [K]: half-widths of the intervals of their values
    """

    law: PowerLaw
    labels: tuple[int, ...]
    halves: tuple[float, ...]

    def sensitivity(self, at: float) -> np.ndarray:
        """[K]: by how much the law at a number of labels changes with each of the values that it was fitted to.

        g' (J' W J)^-1 J' W with the gradients of the law by its parameters, J [K, 3] at the points and g at the place.
        """
        weights = 1 / _scale(self.halves)
        slopes = self._gradient(np.array(self.labels, dtype=float)) * weights[:, None]
        made: np.ndarray = self._gradient(np.array([at]))[0] @ np.linalg.pinv(slopes) * weights
        return made

    def _gradient(self, labels: np.ndarray) -> np.ndarray:
        """[K, 3]: by ceiling, scale and exponent."""
        power = labels**-self.law.exponent
        return np.stack([np.ones(len(labels)), -power, self.law.scale * power * np.log(labels)], 1)


def fit(labels: Sequence[int], values: Sequence[float], halves: Sequence[float]) -> Fitted | None:
    """The law with the least squares of (value - law) / half; None if the points do not say which.

    They do not where there are fewer than three, and where the curve does not rise ever more slowly: it is level, it
    falls, or it still gains speed.

    >>> law = fit([10, 40, 160, 640], [0.9 - n**-0.5 for n in (10, 40, 160, 640)], [0.02] * 4).law
    >>> round(law.ceiling, 4), round(law.scale, 4), round(law.exponent, 4)
    (0.9, 1.0, 0.5)
    """
    if len(labels) < LEAST_POINTS:
        return None
    from scipy.optimize import minimize_scalar

    scale, wanted, counts = _scale(halves), np.array(values, dtype=float), np.array(labels, dtype=float)
    place = int(np.argmin([_linear(b, counts, wanted, scale)[1] for b in _EXPONENTS]))
    if place in (0, len(_EXPONENTS) - 1):
        return None
    near = float(_EXPONENTS[place - 1]), float(_EXPONENTS[place + 1])
    exponent = float(minimize_scalar(lambda b: _linear(b, counts, wanted, scale)[1], bounds=near, method="bounded").x)
    law, _ = _linear(exponent, counts, wanted, scale)
    rises = law.at(labels[-1]) - law.at(labels[0]) > 1e-9 * max(1.0, abs(law.ceiling))
    return Fitted(law, tuple(labels), tuple(halves)) if rises else None


def _scale(halves: Sequence[float]) -> np.ndarray:
    """Half-widths above 0."""
    made = np.array(halves, dtype=float)
    return np.maximum(made, 1e-3 * max(float(made.max()), 1e-9))


def _linear(exponent: float, labels: np.ndarray, values: np.ndarray, scale: np.ndarray) -> tuple[PowerLaw, float]:
    """The law of this exponent that fits best, and its sum of squares."""
    columns = np.stack([np.ones(len(labels)), -(labels**-exponent)], 1) / scale[:, None]
    found = np.linalg.lstsq(columns, values / scale, rcond=None)[0]
    misfit = float(((columns @ found - values / scale) ** 2).sum())
    return PowerLaw(float(found[0]), float(found[1]), float(exponent)), misfit
