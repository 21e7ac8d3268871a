"""The learning rate over a phase."""

from __future__ import annotations

import pytest

from relxfer.contract.options import TrainingOptions
from relxfer.train.rates import SCHEDULES, factor


@pytest.mark.parametrize(
    ("schedule", "expected"), [("constant", [1, 1, 1]), ("linear", [1, 0.5, 0]), ("cosine", [1, 0.5, 0])]
)
def test_schedules_fall_from_one_to_zero(schedule, expected):
    assert [SCHEDULES[schedule](progress) for progress in (0.0, 0.5, 1.0)] == pytest.approx(expected)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_without_warm_up_the_schedule_takes_the_whole_phase(schedule):
    made = [factor(TrainingOptions(schedule=schedule), index, 7) for index in range(7)]
    assert made == [SCHEDULES[schedule](index / 7) for index in range(7)]


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 400])
@pytest.mark.parametrize("warmup", [0.01, 0.1, 0.5, 0.99])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_rates_rise_to_one_and_then_never_again(steps, warmup, schedule):
    made = [factor(TrainingOptions(warmup=warmup, schedule=schedule), index, steps) for index in range(steps)]
    assert all(0 < each <= 1 for each in made), "no step is wasted"
    top = made.index(max(made))
    assert made[: top + 1] == sorted(made[: top + 1])
    assert made[top:] == sorted(made[top:], reverse=True)
