"""Runs and checks from Python."""

from __future__ import annotations

import types

import pytest

import relxfer
from relxfer import hookimpl
from relxfer.api import Outline
from relxfer.errors import PluginError
from relxfer.testing import blobs

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


@pytest.mark.parametrize(("kind", "got"), [("module", "one that is in no file"), ("object", "one that is written in")])
def test_plugins_that_other_processes_cannot_load_are_refused(tmp_path, kind, got):
    """As those of a notebook are: they are in its module `__main__`."""
    plugin = types.ModuleType("of_a_notebook") if kind == "module" else type("Mine", (), {"__module__": "__main__"})()
    given = {**CONFIG, "target": {"dataset": "blobs-target"}, "executor": "processes", "strategy": {"use": "scratch"}}
    with pytest.raises(PluginError, match=f'in a module that other processes can import, got {got}.*executor "serial'):
        relxfer.run(given, tmp_path / "run", plugins=[blobs, plugin])
    assert not list((tmp_path / "run").glob("cells/*"))
