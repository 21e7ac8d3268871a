"""Which parts of a configuration differ, and what is none."""

from __future__ import annotations

import tomllib

import pytest

from relxfer.contract.options import TrainingOptions
from relxfer.declare import resolve, saved
from relxfer.plan import configured
from relxfer.testing import blobs, harness

CONFIG = {
    "name": "small",
    "seeds": 2,
    "source": {"name": "s", "datasets": ["blobs-source"], "training": {"steps": 3}},
    "target": {"name": "t", "dataset": "blobs-target", "label_budgets": [6, "all"]},
    "strategy": [{"use": "finetune", "training": {"steps": 4}}, {"use": "lora"}],
}


def experiment(**changes):
    return resolve.load({**CONFIG, **changes}, harness.plugins_with([blobs]))


def differing(**changes):
    before, now = configured.parts(experiment()), configured.parts(experiment(**changes))
    return [name for name in {**before, **now} if before.get(name) != now.get(name)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"seeds": 3}, ["seeds"]),
        ({"seeds": {"max": 3, "stop": "decided"}}, ["seeds"]),
        ({"timeout_seconds": 5}, ["timeout_seconds"]),
        ({"training": {"steps": 7}}, ["training"]),
        ({"report": {"minimal_effect": 0.02}}, ["report"]),
        ({"report": {"metric": "macro-f1"}}, ["report"]),
        ({"validator": "last-step"}, ["validator"]),
        ({"calibrator": "none"}, ["calibrator"]),
        ({"source": {**CONFIG["source"], "training": {"steps": 4}}}, ["source s"]),
        ({"source": {**CONFIG["source"], "shared": True}}, ["source s"]),
        ({"target": {**CONFIG["target"], "label_budgets": [6]}}, ["target t"]),
        ({"strategy": [{"use": "finetune", "training": {"steps": 5}}, {"use": "lora"}]}, ["strategy finetune"]),
        ({"strategy": [CONFIG["strategy"][0], {"use": "lora", "rank": 2}]}, ["strategy lora"]),
        ({"strategy": [{"use": "lora"}]}, ["strategy finetune"]),
    ],
)
def test_a_changed_part_is_named(changes, told):
    assert differing(**changes) == told


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "another"},
        {"threads": 1},
        {"device": "cpu"},
        {"executor": {"use": "processes", "jobs": 2}},
        {"training": {"checkpoint_seconds": 1.0}},
        {"target": {**CONFIG["target"], "dataset": {"use": "blobs-target", "train": 40}}},
        {"training": {"steps": TrainingOptions().steps}, "strategy": CONFIG["strategy"][::-1]},
    ],
)
def test_what_decides_nothing_and_what_data_tell_is_no_difference(changes):
    """The data have a digest of their own; a default that is written out is the default."""
    assert differing(**changes) == []


def test_the_saved_configuration_is_the_same():
    made = experiment()
    again = resolve.load(tomllib.loads(saved.resolved_toml(made)), harness.plugins_with([blobs]))
    assert configured.parts(again) == configured.parts(made)
