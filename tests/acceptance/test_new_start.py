"""A row that starts from new weights beside one that starts from the source model."""

from __future__ import annotations

import tomllib

import pytest

from relxfer.report import verdicts
from relxfer.testing import blobs, harness

JOINT = {"use": "mmd", "name": "joint", "start": "new", "training": {"steps": 6}}
CONFIG = {
    "seeds": 3,
    "threads": 1,
    "device": "cpu",
    "source": {"datasets": ["blobs-source"], "training": {"steps": 3}},
    "target": {"dataset": "blobs-target", "label_budgets": [0]},
    "training": {"steps": 3, "batch_size": 4, "validations": 1},
    "strategy": ["mmd", JOINT],
}
ALONE = {
    **CONFIG,
    "training": {"batch_size": 4, "validations": 1},
    "strategy": [JOINT],
    "report": {"baselines": False},
}


def run(config, out):
    return harness.run(config, out, [blobs])


def ids(results, name="joint"):
    return [cell.id for cell in results.cells if cell.strategy == name]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return run(CONFIG, tmp_path_factory.mktemp("new") / "run")


def test_it_is_compared_with_the_source_unchanged(results):
    assert results.row("joint").gain.baseline == "zero-shot"
    assert results.row("joint").setting == results.row("mmd").setting == "transductive"


def test_each_seed_draws_weights_of_its_own_and_no_source_model_is_used(results):
    cells = [cell for cell in results.cells if cell.strategy == "joint"]
    assert len({cell.sha for cell in cells}) == len(cells)
    assert [(cell.source_seed, cell.artefact, cell.source_model) for cell in cells] == [(None, "", False)] * 3
    assert results.row("joint").gain.conditions == ()


def test_pre_training_changes_nothing_about_it(results, tmp_path):
    longer = run({**CONFIG, "source": {"datasets": ["blobs-source"], "training": {"steps": 4}}}, tmp_path)
    assert ids(longer) == ids(results)
    assert ids(longer, "mmd") != ids(results, "mmd")


def test_nothing_is_pre_trained_for_it_alone(results, tmp_path):
    alone = run(ALONE, tmp_path)
    assert ids(alone) == ids(results)
    assert list((alone.folder / "sources").glob("*")) == []


def test_its_steps_and_its_start_are_written_and_told(results):
    saved = tomllib.loads((results.folder / "config.toml").read_text())
    assert {row["name"]: row.get("start") for row in saved["strategy"]}["joint"] == "new"
    told = [line for line in verdicts.sentences(results) if "new weights" in line]
    assert told == ["joint started from new weights, not from a source model: its time includes all training"]
    assert results.row("joint").training == {"steps": 6}
    assert results.row("mmd").training == {"steps": 3}


def test_it_is_refused_where_there_is_no_data_of_the_source(tmp_path):
    checkpoint = str(harness.pretrained(tmp_path))
    (cell, *_) = run({**ALONE, "source": {"checkpoint": checkpoint}}, tmp_path / "run").cells
    assert cell.status == "refused"
    assert "needs source-labels: [source] is a checkpoint only (add datasets = [...])" in cell.reason
    assert "source-model" not in cell.reason
