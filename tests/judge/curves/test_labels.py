"""Numbers of labels and their multiples."""

from __future__ import annotations

from relxfer.judge.curves.labels import Labels, PowerLaw, Span


def test_a_multiple_keeps_what_is_not_known():
    assert Labels(None, span=Span(40.0, None)).per(10) == Labels(None, span=Span(4.0, None))
    assert Labels(30, "at least").per(10) == Labels(3.0, "at least")


def test_a_law_of_an_error_falls_to_its_floor():
    law = PowerLaw(0.1, -0.8, 0.5)
    assert law.at(4) == 0.5
    assert law.at(1e12) < 0.1001
