"""Scores that a calibrator can be fitted to."""

from __future__ import annotations

import numpy as np

from relxfer.errors import Incompatible


def finite(scores: np.ndarray, but: float | None = None) -> np.ndarray:
    """The scores as float64; `but` is an infinity that may be among them.

    Raises:
        Incompatible: another score is not finite.

    >>> finite(np.array([0.5, -np.inf]), but=-np.inf).tolist()
    [0.5, -inf]
    """
    made = np.asarray(scores, float)
    if not (np.isfinite(made) | (made == but)).all():
        raise Incompatible("finite scores of the validation labels", "others", "correct predict of the learner")
    return made
