"""The Python API: what `relxfer check` does, and plugins that are handed over."""

from __future__ import annotations

import pytest

import relxfer
from relxfer.errors import ConfigError, PluginError, UsageError
from relxfer.testing import blobs

CONFIG = {
    "source": {"datasets": ["geo-world"]},
    "target": {"dataset": "geo-us", "label_budgets": [0, 5]},
    "strategy": ["finetune"],
    "seeds": 2,
}


def test_check_counts_cells_and_says_what_is_refused():
    found = relxfer.check(CONFIG)
    assert found["name"] == "run"
    rows = 1 + 2 + 2  # finetune; zero-shot and scratch; two priors
    assert found["cells"] == rows * 3 * 2
    assert any(line.startswith("finetune on geo-us at budget 0: ") for line in found["refused"])


def test_check_takes_changes():
    assert relxfer.check(CONFIG, changes=["seeds=4"])["cells"] == 2 * relxfer.check(CONFIG)["cells"]
    with pytest.raises(ConfigError, match=r"training\.momentum: without effect with optimizer"):
        relxfer.check(CONFIG, changes=["training.momentum=0.9"])


def test_plugins_that_are_handed_over_are_for_this_process_alone(tmp_path):
    config = {"target": {"dataset": "blobs-target"}, "strategy": ["scratch"], "executor": "processes"}
    with pytest.raises(UsageError, match="expected executor serial with plugins"):
        relxfer.run(config, tmp_path, plugins=[blobs])


def test_a_broken_one_is_told(tmp_path):
    class Broken:
        relxfer_api_version = 99

    with pytest.raises(PluginError, match="Broken"):
        relxfer.run(CONFIG, tmp_path, plugins=[Broken()])
