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


def test_objects_in_memory_become_files_of_the_run_and_give_what_their_files_give(tmp_path, monkeypatch):
    """With more facts than a configuration may hold itself, asked again in the run directory, and moved."""
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    cities = [f"city_{i}_{'of-a-long-name' * 9}" for i in range(40)]
    facts = [(a, r, cities[(i * 3 + k) % 40]) for i, a in enumerate(cities) for r, k in (("p", 1), ("q", 7), ("s", 11))]
    frame = pandas.DataFrame(facts * 40, columns=["from", "link", "to"])
    frame.to_csv(tmp_path / "facts.csv", index=False)
    assert (tmp_path / "facts.csv").stat().st_size > 2**20
    found = []
    for given in (frame, str(tmp_path / "facts.csv")):
        dataset = {"use": "kg-files", "facts": given, "columns": ["from", "link", "to"]}
        config = {
            "target": {"dataset": dataset, "label_budgets": [0]},
            "strategy": ["zero-shot"],
            "report": {"baselines": False},
            "threads": 1,
            "seeds": 1,
        }
        monkeypatch.chdir(tmp_path)
        assert relxfer.check(config).cells > 0
        assert not (tmp_path / "runs").exists()
        results = relxfer.run(config, tmp_path / f"run-{len(found)}")
        found.append(results.row("zero-shot").metrics)
    assert found[0] == found[1]
    (tmp_path / "run-0").rename(tmp_path / "moved")
    again = relxfer.run(tmp_path / "moved" / "config.toml", tmp_path / "moved")
    assert again.row("zero-shot").metrics == found[0]
    assert [path.suffix for path in (tmp_path / "moved" / "objects").rglob("*.*")] == [".parquet"]
