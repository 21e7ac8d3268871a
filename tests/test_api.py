"""Runs and checks from Python."""

from __future__ import annotations

import pytest

import relxfer
from relxfer import hookimpl
from relxfer.api import Outline
from relxfer.errors import PluginError, UsageError

CONFIG = {
    "source": {"datasets": ["geo-world"]},
    "target": {"dataset": "geo-us"},
    "strategy": {"use": "finetune"},
}


def test_check_tells_the_plan_without_data():
    assert relxfer.check(CONFIG) == Outline(name="run", cells=5, refused=())
    assert relxfer.check(CONFIG, changes=["seeds=[2,5]"]).cells == 10


def test_check_tells_what_is_refused_before_anything_runs():
    alone = {"target": {"dataset": "digits"}, "strategy": {"use": "finetune"}, "report": {"baselines": False}}
    (refused,) = relxfer.check(alone).refused
    assert refused.startswith("finetune on digits at budget all: ")
    assert "needs source-model" in refused


def test_a_broken_plugin_that_is_handed_over_is_an_error():
    @hookimpl
    def relxfer_datasets():
        return ["no record"]

    broken = type("Broken", (), {"relxfer_datasets": staticmethod(relxfer_datasets)})()
    with pytest.raises(PluginError, match=r"Broken: .*expected Dataset records, got 'no record'"):
        relxfer.run(CONFIG, plugins=[broken])


def test_plugins_in_process_need_the_serial_executor(tmp_path):
    with pytest.raises(UsageError, match="expected executor serial"):
        relxfer.run(
            {"target": {"dataset": "geo-us"}, "executor": {"use": "processes"}},
            tmp_path / "run",
            plugins=[type("Plugin", (), {})()],
        )
