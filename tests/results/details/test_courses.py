"""Courses of training: some points of many, and values that were not always recorded."""

from __future__ import annotations

from relxfer.results.details.courses import MOST_POINTS, courses
from relxfer.store.entry import Point


def test_each_phase_has_its_values_at_its_steps():
    points = [
        Point("fit-0", 1, {"loss": 2.0, "validation": None}),
        Point("fit-1", 1, {"disc_acc": 1 / 3}),
        Point("fit-0", 2, {"loss": float("nan"), "late": 1.0}),
    ]
    first, second = courses(points)
    assert (first.phase, first.steps) == ("fit-0", (1, 2))
    assert first.values == {"loss": (2.0, None), "validation": (None, None), "late": (None, 1.0)}
    assert second.values == {"disc_acc": (0.333333,)}


def test_many_points_are_thinned_and_keep_their_ends():
    (course,) = courses([Point("fit-0", step, {"loss": float(step)}) for step in range(1, 1001)])
    assert len(course.steps) == MOST_POINTS
    assert (course.steps[0], course.steps[-1]) == (1, 1000)
    assert course.values["loss"] == tuple(map(float, course.steps))
