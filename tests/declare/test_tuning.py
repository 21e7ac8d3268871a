"""The table `[tune]`."""

from __future__ import annotations

import tomllib

import pytest

from relxfer.declare import resolve, saved, schema
from relxfer.errors import ConfigError
from relxfer.plugins import in_process
from relxfer.testing import blobs

TARGET = {"dataset": "blobs-target"}


def read(table):
    return schema.validate({"target": TARGET, "tune": table}, "c.toml", {}).tune


def test_lists_are_choices_and_tables_are_ranges():
    space = {"training.lr": {"low": 0.1, "high": 1, "log": True}, "l2-sp.source_penalty_weight": [0, 0.1]}
    made = read({"trials": 5, "space": space})
    assert made.space["training.lr"].log
    assert made.space["l2-sp.source_penalty_weight"].choices == (0, 0.1)
    assert (made.trials, read({}).trials) == (5, 16)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"trials": 0}, r"tune.trials: expected a number greater than 0 \(got 0\)"),
        ({"trail": 1}, "tune.trail: unknown key: did you mean 'trials'"),
        ({"space": {"training.lr": {"low": 1, "high": 0.1}}}, r'tune.space."training.lr": expected low below high'),
        ({"space": {"training.lr": {"low": 0, "high": 0.1, "log": True}}}, "low above 0"),
        ({"space": {"training.lr": {"low": 0.1, "log": True}}}, "low below high"),
        ({"space": {"training.lr": []}}, "expected low and high, or a list of values"),
        ({"space": {"training.lr": {"factor": 1}}}, "factor above 1"),
        ({"space": {"training.lr": {"low": 0.1, "high": 1, "step": 2}}}, "step"),
        (3, "tune"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(table, told):
    with pytest.raises(ConfigError, match=told):
        read(table)


def test_a_saved_configuration_has_the_table_if_it_was_written():
    plugins = in_process.load([blobs])
    plain = {"target": TARGET, "strategy": ["scratch"]}
    assert "tune" not in saved.tables(resolve.load(plain, plugins))
    written = {"trials": 3, "space": {"training.lr": [0.1, 0.2], "scratch.name": {"low": 1, "high": 2}}}
    experiment = resolve.load({**plain, "tune": written}, plugins)
    again = resolve.load(tomllib.loads(saved.resolved_toml(experiment)), plugins)
    assert again.config.tune == experiment.config.tune
