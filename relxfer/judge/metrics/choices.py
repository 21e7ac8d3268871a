"""Checks of answers that are numbers of candidates."""

from __future__ import annotations

import numpy as np


def wrong_choice(answers: np.ndarray, candidates: int) -> str | None:
    """What is wrong with answers that must be numbers of candidates, [n] int from 0; None if they are."""
    if answers.ndim != 1 or answers.dtype.kind not in "biu":
        return f"expected answers as an array of integers [n], got {answers.dtype}{list(answers.shape)}"
    if len(answers) and not 0 <= answers.min() <= answers.max() < candidates:
        return f"expected answers from 0 to {candidates - 1}, got {answers.min()} to {answers.max()}"
    return None
