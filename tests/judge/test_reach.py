"""What an inconclusive comparison would need."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.judge import reach, squares
from relxfer.judge.intervals import Comparison


def compared(seed_spread: float, item_spread: float, gain: float = 0.02) -> Comparison:
    rng = np.random.default_rng(0)
    made = gain + seed_spread * rng.normal(size=(6, 1)) + item_spread * rng.normal(size=(1, 100))
    made += gain - made.mean()
    return Comparison.alone(squares.of(made))


@pytest.mark.parametrize(("spreads", "what"), [((0.1, 0.01), "seeds"), ((0.001, 1.0), "items")])
def test_what_makes_the_interval_wide_is_named(spreads, what):
    assert f"spread of {what}: a gain of +.020 would show from about" in reach.wide(compared(*spreads))


def test_groups_are_called_groups():
    assert "spread of groups" in reach.wide(compared(0.001, 1.0), "groups")


def test_with_as_many_seeds_as_it_names_the_gain_would_show():
    few = compared(0.1, 0.0)
    needed = int(reach.wide(few).rsplit(" ", 1)[1].replace(",", ""))
    assert needed == pytest.approx(6 * (few.half(0.05) / 0.02) ** 2, abs=1)


def test_a_gain_that_is_next_to_nothing_is_out_of_reach():
    assert reach.wide(compared(0.1, 0.1, gain=1e-4)).endswith("a gain as small as +.000 is out of reach")
