"""The course of training: what was recorded at validation points, thinned so that results stay small."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relxfer.results.details.records import Course
from relxfer.store.entry import Point

#: The most points of a phase that are kept, and the most names of values.
MOST_POINTS, MOST_NAMES = 32, 20


def courses(points: Sequence[Point]) -> tuple[Course, ...]:
    """A course for each phase; of many points, some at equal distances, with the first and the last one.

    >>> courses([Point("fit-0", step, {"loss": 1 / step}) for step in (1, 2)])
    (Course(phase='fit-0', steps=(1, 2), values={'loss': (1.0, 0.5)}),)
    """
    phases = dict.fromkeys(point.phase for point in points)
    return tuple(_of_phase(phase, [point for point in points if point.phase == phase]) for phase in phases)


def _of_phase(phase: str, points: Sequence[Point]) -> Course:
    kept = np.unique(np.linspace(0, len(points) - 1, min(MOST_POINTS, len(points))).round().astype(int)).tolist()
    there = [points[at] for at in kept]
    names = list(dict.fromkeys(name for point in there for name in point.values))[:MOST_NAMES]
    values = {name: tuple(_short(point.values.get(name)) for point in there) for name in names}
    return Course(phase, tuple(point.step for point in there), values)


def _short(value: float | None) -> float | None:
    """With six significant digits; None for what is not finite."""
    return None if value is None or not np.isfinite(value) else float(f"{value:.6g}")
