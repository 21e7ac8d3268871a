"""What the validation points of a training are worth."""

from __future__ import annotations

import pytest

from relxfer.choose.points import later


def points(*scores, phase="fit"):
    return [{"phase": phase, "step": n, "validation": score, "logged": {}} for n, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("course", "score"),
    [
        (points(0.2, 0.4, 0.9, 0.5, 0.7), 0.7),  # the later three
        (points(0.2, 0.4), 0.4),
        ([*points(0.9, 0.9, phase="one"), *points(0.1, 0.3, 0.5, 0.5, phase="two")], 0.5),
        (points(0.1, None, 0.5, None), 0.5),
        (points(0.5), None),
        (points(None, None), None),
        ([], None),
    ],
)
def test_what_trains_has_the_mean_score_of_its_later_points(course, score):
    """Not the best, which is too good where scores move a lot."""
    assert later(course) == (None if score is None else pytest.approx(score))
