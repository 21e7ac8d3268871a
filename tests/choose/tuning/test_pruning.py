"""Which trials are stopped early."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relxfer.choose.tuning.pruning import pruned_at

COURSES = st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=4, max_size=8)


@given(COURSES)
def test_the_best_of_all_is_never_stopped(earlier):
    best = [max(point) for point in zip(*earlier, strict=True)]
    assert pruned_at(best, earlier) is None


@given(COURSES, st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_what_is_decided_at_a_point_does_not_depend_on_later_ones(earlier, course):
    whole = pruned_at(course, earlier)
    for count in range(1, 4):
        so_far = pruned_at(course[:count], earlier)
        assert so_far == (whole if whole is not None and whole < count else None)


def test_neither_the_first_nor_the_last_point_decides():
    earlier = [[0.5, 0.5, 0.5]] * 4
    assert pruned_at([0.0, 0.9, 0.9], earlier) is None
    assert pruned_at([0.9, 0.9, 0.0], earlier) is None
    assert pruned_at([0.9, 0.1, 0.9], earlier) == 1


def test_three_trials_are_too_few_to_stop_one():
    assert pruned_at([0.0, 0.0, 0.0], [[0.5, 0.5, 0.5]] * 3) is None
