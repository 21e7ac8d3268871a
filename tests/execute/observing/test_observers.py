"""Observers that a configuration names: built for a run, closed at its end, and harmless."""

from __future__ import annotations

import sys
import types

import pytest

import relxfer
from relxfer import hookimpl
from relxfer.contract.options import Options
from relxfer.contract.records import Observer
from relxfer.plugins.finder import Plugins
from relxfer.testing import blobs, harness

CONFIG = {
    "name": "observed",
    "threads": 1,
    "device": "cpu",
    "target": {"dataset": "blobs-target", "label_budgets": [12]},
    "training": {"steps": 4, "validations": 2},
    "strategy": ["scratch"],
    "report": {"baselines": False},
}
SEEN = []


class Watching(Options):
    fail: str = ""
    """Where it fails."""


class Watch:
    def __init__(self, options):
        self.options = options
        self.step("build")

    def step(self, name, *more):
        SEEN.append((name, *more))
        if self.options.fail == name:
            raise RuntimeError("no disk")

    @hookimpl
    def relxfer_cell_started(self, folder, cell, options, points):
        self.step("cell", folder.name, options["training.steps"], options["strategy.use"], len(points))

    @hookimpl
    def relxfer_epoch_finished(self, step):
        self.step("epoch", step)

    @hookimpl
    def relxfer_run_finished(self, folder):
        self.step("run")

    def close(self):
        self.step("close")


class Offering:
    __name__ = "offering"

    @hookimpl
    def relxfer_observers(self):
        return [Observer(name="watch", load="watch_4714:Watch", options="watch_4714:Watching")]


@pytest.fixture(autouse=True)
def _module(monkeypatch):
    module = types.ModuleType("watch_4714")
    module.Watch, module.Watching = Watch, Watching
    monkeypatch.setitem(sys.modules, "watch_4714", module)
    SEEN.clear()


def run(folder, *more, **changes):
    observers = {"observer": {"use": "watch"}} | changes
    return relxfer.run(CONFIG | observers, folder / "run", plugins=[*harness.not_installed([blobs]), Offering(), *more])


def test_it_is_told_everything_and_is_closed(tmp_path):
    results = run(tmp_path)
    assert [name for name, *_ in SEEN] == ["build", "cell", "epoch", "epoch", "epoch", "run", "close"]
    assert SEEN[1] == ("cell", "run", 4, "scratch", 0)
    assert "observer" not in (results.folder / "config.toml").read_text()


def test_it_decides_nothing(tmp_path):
    (one,), (other,) = (run(tmp_path / name, observer=each).cells for name, each in (("a", []), ("b", "watch")))
    assert (one.id, one.evaluation, one.sha) == (other.id, other.evaluation, other.sha)


@pytest.mark.parametrize(
    ("fail", "told"),
    [
        ("build", "the observer 'watch' does not observe this run: no disk"),
        ("epoch", "raised RuntimeError: no disk; it is not called again in this run"),
        ("close", "the observer Watch could not be closed: RuntimeError: no disk"),
    ],
)
def test_a_broken_one_breaks_only_itself(tmp_path, fail, told):
    with pytest.warns(RuntimeWarning, match=told):
        results = run(tmp_path, observer={"use": "watch", "fail": fail})
    assert [cell.status for cell in results.cells] == ["done"]
    assert told in (results.folder / "run.log").read_text(), "also before the first cell, and after the last one"


def test_it_is_closed_where_a_run_is_interrupted_and_told_what_was_reached(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, harness.Observer(stop_at=2))
    assert SEEN[-1] == ("close",)
    SEEN.clear()
    run(tmp_path)
    assert SEEN[1][-1] == 2, "two points were reached before"


def test_a_stranger_cannot_name_one(tmp_path):
    from relxfer.declare.resolve import experiment_of
    from relxfer.errors import ConfigError

    raw = {"target": {"dataset": "geo-us"}, "observer": "tensorboard"}
    with pytest.raises(ConfigError, match="expected plain values"):
        experiment_of(raw, "config.toml", tmp_path, Plugins.load(third_party=False), stranger="in a run directory")
