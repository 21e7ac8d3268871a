"""Sentences about past pairs."""

from __future__ import annotations

from relxfer.choose.track_record import Likeness
from relxfer.report.answers import past


def test_pairs_without_a_measure_in_common_are_all_of_their_kind():
    said = past.sentence(Likeness(8, -0.004, -0.1, 0.05, 0.0))
    assert said.startswith("8 past pairs of this kind of data gained -.004, four of five between -.100 and +.050; 0 %")


def test_one_measure_and_several():
    assert past.no_better_than_size(["names"]).startswith("on past targets, names is no better")
    assert past.no_better_than_size(["names", "degrees"]).startswith("on past targets, names and degrees are no better")
