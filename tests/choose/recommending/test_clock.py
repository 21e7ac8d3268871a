"""What rounds took."""

from __future__ import annotations

from relxfer.choose.recommending import kept
from relxfer.choose.recommending.clock import Clock


def clock(folder, *times):
    left = list(times)
    return Clock(folder, lambda: left.pop(0))


def test_rounds_add_up(tmp_path):
    made = clock(tmp_path, 10.0, 15.0, 22.0)
    assert made.took(1) == 5
    assert made.took(2) == 12


def test_a_round_that_is_asked_about_again_is_not_measured_again(tmp_path):
    made = clock(tmp_path, 10.0, 15.0, 99.0)
    assert made.took(1) == made.took(1) == 5


def test_a_race_that_goes_on_has_what_was_kept(tmp_path):
    clock(tmp_path, 10.0, 15.0).took(1)
    again = clock(tmp_path, 500.0, 501.0, 504.0)
    assert again.took(1) == 5
    assert again.took(2) == 8, "the second round began when the first was told"


def test_the_plan_beside_it_stays(tmp_path):
    kept.begin(tmp_path, plan={"key": "x"})
    clock(tmp_path, 10.0, 15.0).took(1)
    assert kept.read(tmp_path) == {"plan": {"key": "x"}, "took": [5.0]}
