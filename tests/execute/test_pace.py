"""Lines through measured times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relxfer.execute.pace import Line

TIMES = st.floats(0, 1e3)


@given(st.integers(1, 1000), TIMES, st.integers(0, 1000), TIMES)
def test_a_line_never_falls_or_begins_below_zero_and_meets_the_larger_measurement(few, quick, more, slow):
    line = Line.through((few, quick), (few + more, slow))
    assert line.start >= 0
    assert line.each >= 0
    assert line.at(few + more) == pytest.approx(slow)


def test_a_line_goes_through_both_where_it_can():
    line = Line.through((10, 2.0), (20, 3.0))
    assert (line.at(10), line.at(20), line.at(0)) == (2.0, 3.0, 1.0)
