"""The choice of a first configuration by what it costs."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from relxfer.choose import affordable
from relxfer.execute.forecast import Forecast, RowCost
from relxfer.testing import blobs, harness

TARGET = {"dataset": "blobs-target", "label_budgets": [0, 10, 20, "all"]}
WHOLE = {
    "name": "first",
    "source": {"datasets": ["blobs-source"], "shared": True, "training": {"steps": 5}},
    "target": TARGET,
    "training": {"steps": 200},
    "strategy": [{"use": "feature-extraction"}, {"use": "finetune"}],
}
FROZEN = {**WHOLE, "strategy": [{"use": "feature-extraction"}]}


@pytest.fixture
def cost(monkeypatch):
    """Seconds of an experiment: a second for each cell and step, and ten for one that trains everything."""

    class Fake:
        note = ""

        @classmethod
        @contextmanager
        def opened(cls, *given):
            yield cls()

        def of(self, experiment, folder, progress, enough):
            config = experiment.config
            each = 10 if any(m.name == "finetune" for m in experiment.methods) else 1
            budgets = len(config.target[0].label_budgets)
            seconds = float(each * len(config.seeds) * budgets * config.training.steps)
            seconds = seconds if budgets > 1 else 1.0
            row = RowCost("s", "t", "x", 1, 1, 1, 1, None if self.note else seconds, self.note)
            return Forecast("first", folder, 1, (), (row,), (), more=seconds > enough)

    monkeypatch.setattr(affordable, "Forecaster", Fake)
    return Fake


def chosen(drafts, tmp_path, limit):
    return affordable.affordable(drafts, tmp_path, harness.plugins_with([blobs]), limit=limit)


def of(found):
    return found.tables["seeds"], found.tables["target"]["label_budgets"], found.tables["training"]["steps"]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (1e9, (6, [0, 10, 20, "all"], 200)),
        (10 * 4 * 4 * 200, (4, [0, 10, 20, "all"], 200)),
        (10 * 3 * 4 * 200, (3, [0, 10, 20, "all"], 200)),
        (10 * 3 * 3 * 200, (3, [0, 10, "all"], 200)),
        (10 * 3 * 3 * 100, (3, [0, 10, "all"], 100)),
        (1, (3, [0, 10, "all"], 50)),
    ],
)
def test_seeds_then_budgets_then_steps_are_given_up(cost, tmp_path, limit, expected):
    found = chosen([WHOLE], tmp_path, limit)
    assert of(found) == expected
    assert found.needed == 10 * 6 * 4 * 200
    assert found.whole["strategy"] == WHOLE["strategy"]


def test_a_cheaper_configuration_comes_before_fewer_steps(cost, tmp_path):
    found = chosen([WHOLE, FROZEN], tmp_path, 6 * 4 * 200)
    assert found.tables["strategy"] == FROZEN["strategy"]
    assert of(found) == (6, [0, 10, 20, "all"], 200)
    assert found.seconds == 6 * 4 * 200


def test_the_source_unchanged_alone_is_the_least(cost, tmp_path):
    both = {**WHOLE, "strategy": [{"use": "zero-shot"}, {"use": "finetune"}]}
    found = chosen([both], tmp_path, 10)
    assert found.tables["strategy"] == [{"use": "zero-shot"}]
    assert (found.tables["target"]["label_budgets"], found.seconds) == ([0], 1.0)
    assert found.more
    assert not chosen([both], tmp_path, 1e9).more


def test_budgets_without_so_many_labels_are_left_out(cost, tmp_path):
    found = chosen([{**WHOLE, "target": {**TARGET, "label_budgets": [0, 10, 10_000, "all"]}}], tmp_path, 1e9)
    assert of(found)[1] == [0, 10, "all"]


def test_a_cost_that_cannot_be_measured_changes_nothing(cost, tmp_path, monkeypatch):
    monkeypatch.setattr(cost, "note", "no weights")
    found = chosen([WHOLE, FROZEN], tmp_path, 1)
    assert (found.seconds, found.unknown) == (None, "x: no weights")
    assert found.tables["strategy"] == WHOLE["strategy"]


def test_data_that_cannot_be_loaded_are_told(tmp_path):
    (tmp_path / "facts.tsv").write_text("a\tr\tb\nc\tr\td\n")
    target = {"dataset": {"use": "kg-files", "facts": "facts.tsv"}, "label_budgets": [0]}
    found = chosen([{"name": "x", "target": target, "strategy": ["scratch"]}], tmp_path, 1)
    assert "expected facts that can be held out" in found.lacking
