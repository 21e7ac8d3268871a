"""Rows with other options."""

from __future__ import annotations

import tomllib

import pytest

from relxfer.choose.tuning.rows import Rows
from relxfer.declare import saved
from relxfer.declare.resolve import experiment_of
from relxfer.errors import ConfigError


@pytest.fixture
def made(experiment):
    return experiment()


def test_a_row_is_the_same_but_for_its_options(made, plugins):
    row = next(method for method in made.methods if method.name == "l2-sp")
    other = Rows(made, plugins).varied(row, {"training.lr": 0.5, "source_penalty_weight": 0.25})
    assert (other.name, other.role, other.scratch) == ("l2-sp", row.role, "scratch")
    assert (other.tuned, other.choice) == ((), None)
    assert made.training(other).lr == 0.5
    assert made.training(other).steps == 20
    assert other.stages[0].options.source_penalty_weight == 0.25
    assert other.stages[0].options.head_penalty_weight == row.stages[0].options.head_penalty_weight


def test_a_value_that_is_not_allowed_is_told_with_the_row(made, plugins):
    with pytest.raises(ConfigError, match=r"strategy\[0\].tuned\[0\].changes.*at least 0 \(got -1\)"):
        Rows(made, plugins).varied(made.methods[0], {"source_penalty_weight": -1})


def test_the_tuned_experiment_is_what_its_toml_says(made, plugins, tmp_path):
    place = {"source": "blobs-source", "target": "blobs-target", "budget": 24, "trials": 3, "selected_by": "im"}
    tuned = Rows(made, plugins).tuned({"scratch": [{**place, "changes": {"training.lr": 0.5}}]})
    again = experiment_of(tomllib.loads(saved.resolved_toml(tuned)), "again.toml", tmp_path, plugins)
    assert saved.tables(again) == saved.tables(tuned)
    for each in (tuned, again):
        row = next(method for method in each.methods if method.name == "scratch")
        there = row.at("blobs-source", "blobs-target", 24)
        assert each.training(there).lr == 0.5
        assert (there.choice.trials, there.choice.selected_by) == (3, "im")
        assert row.at("blobs-source", "blobs-target", "all") is row
        assert each.training(row).lr == 1e-4
