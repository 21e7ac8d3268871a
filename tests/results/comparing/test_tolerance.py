"""How much worse something may become."""

from __future__ import annotations

import pytest

from relxfer.judge.records import Interval
from relxfer.results.comparing.tolerance import Tolerance


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("0.1", 0.5, True),
        ("0.2", 0.5, False),
        ("20%", 0.5, True),
        ("50%", 0.5, False),
        ("20%", -0.5, True),
        ("0", 0.5, True),
    ],
)
def test_a_difference_beyond_it_breaks_it(text, before, expected):
    assert Tolerance.parse(text).broken_by(before, Interval(-0.15, -0.2, -0.1, 3, 100)) is expected


def test_a_difference_that_may_be_none_breaks_nothing():
    assert not Tolerance.parse("0").broken_by(0.5, Interval(-0.15, -0.4, 0.1, 3, 100))


@pytest.mark.parametrize("text", ["", "x", "-1", "1%%", "%"])
def test_texts_of_another_form(text):
    with pytest.raises(ValueError, match="expected a number such as"):
        Tolerance.parse(text)
