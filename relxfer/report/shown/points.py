"""Items of a test as points in a plane, as somebody else computes them: it takes the model and the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Points:
    """Items of the test in a plane.

    described  whose representation it is, as a sentence
    points     first and second principal component of each
    explained  the share of the variance along each axis
    answers    the right answer of each, in words
    predicted  what the model predicts
    """

    described: str
    points: Sequence[tuple[float, float]]
    explained: tuple[float, float]
    answers: Sequence[str]
    predicted: Sequence[str]


#: Computes the points; raises a `RelxferError` where the model has none, or the data are gone.
Compute: TypeAlias = Callable[[], Points]
