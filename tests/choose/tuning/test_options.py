"""The table `[tune]`."""

from __future__ import annotations

import pytest

from relxfer.choose.tuning.options import read
from relxfer.errors import ConfigError


def test_lists_are_choices_and_tables_are_ranges():
    space = {"training.lr": {"low": 0.1, "high": 1, "log": True}, "l2-sp.source_penalty_weight": [0, 0.1]}
    made = read({"trials": 5, "space": space}, "c.toml")
    assert made.space["training.lr"].log
    assert made.space["l2-sp.source_penalty_weight"].choices == (0, 0.1)
    assert (made.trials, read({"trials": 5}, "c.toml", 7).trials, read({}, "c.toml").trials) == (5, 7, 16)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"trials": 0}, "tune.trials"),
        ({"trail": 1}, "tune.trail"),
        ({"space": {"training.lr": {"low": 1, "high": 0.1}}}, "low below high"),
        ({"space": {"training.lr": {"low": 0, "high": 0.1, "log": True}}}, "low above 0"),
        ({"space": {"training.lr": []}}, "expected low and high, or a list of values"),
        ({"space": {"training.lr": {"low": 0.1, "high": 1, "step": 2}}}, "step"),
        (3, "tune"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(table, told):
    with pytest.raises(ConfigError, match=told):
        read(table, "c.toml")
