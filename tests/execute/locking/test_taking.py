"""What a lock of a plan holds: nothing is trained for it, and a test changes the digest of its data only."""

from __future__ import annotations

import subprocess
import sys

import pytest

from relxfer.execute.locking.taking import take
from relxfer.execute.sealed import Sealed
from relxfer.execute.sources import Sources
from relxfer.train import machine

PERMUTED = {"target": {"name": "t", "dataset": {"use": "blobs-target", "shuffle_test": 3}, "label_budgets": [6, "all"]}}


@pytest.fixture
def lock(small):
    """A function that locks a configuration of the blobs."""

    def made(*plugins, **changes):
        engine = small(*plugins, **changes)
        return take(engine, engine.plan())

    return made


def test_it_says_what_is_asked(lock):
    asked = lock(report={"minimal_effect": 0.02}).questions["t"]
    assert (asked.metric, asked.direction, asked.baseline) == ("accuracy", "higher", "")
    assert asked.family == ("finetune", "zero-shot"), "scratch is what they are compared with"
    assert lock().seeds == (0, 1)
    assert lock(strategy=[{"use": "finetune", "baseline": True}, "lora"]).questions["t"].baseline == "finetune"
    assert lock(report={"metric": "macro-f1"}).questions["t"].metric == "macro-f1"


def test_the_rows_are_those_of_the_plan(lock):
    rows = lock(strategy=["finetune"], target={"name": "t", "dataset": "blobs-target", "label_budgets": [0, 6]}).rows
    assert [(row.strategy, row.budget, row.cells, bool(row.id)) for row in rows] == [
        ("finetune", 0, 0, False),
        ("finetune", 6, 2, True),
    ]


def test_the_same_plan_is_the_same(lock, small, tmp_path):
    before = lock()
    assert before.differences(lock()) == []
    small.run()
    assert before.differences(lock()) == [], "a finished run changes nothing"
    small.folder = tmp_path / "elsewhere"
    small.folder.mkdir()
    assert before.differences(lock(name="other", threads=2)) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"seeds": [0, 1, 2]}, ["configuration (seeds)"]),
        ({"training": {"steps": 3, "batch_size": 8, "validations": 1}}, ["configuration (training)"]),
        ({"strategy": ["lora"]}, ["configuration (strategy finetune, strategy lora)"]),
        (
            {"source": {"name": "s", "datasets": [{"use": "blobs-source", "train": 40}], "training": {"steps": 2}}},
            ["configuration (source s)", "data of the source s"],
        ),
        (
            {"source": {"name": "s", "datasets": ["blobs-source", "blobs-target"]}},
            ["configuration (source s)", "data of the source s", "data of the source s (1 of 2)",
             "data of the source s (2 of 2)"],
        ),
    ],
)  # fmt: skip
def test_what_is_changed_is_named(lock, changes, told):
    assert lock().differences(lock(**changes)) == told


def test_permuted_test_labels_change_the_digest_of_the_data_and_nothing_else(lock):
    before, now = lock(), lock(**PERMUTED)
    assert before.differences(now) == ["data of the target t"]
    assert before.rows == now.rows
    assert before.data["source s"] == now.data["source s"]
    assert before.configuration == now.configuration


def test_nothing_is_trained_and_no_test_is_asked(lock, small, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a lock needs none of this")

    monkeypatch.setattr(Sources, "train", refuse)
    monkeypatch.setattr(Sealed, "judge", refuse)
    monkeypatch.setattr(Sealed, "opened", refuse)
    monkeypatch.setattr(machine, "set_threads", refuse)
    assert lock().cells == 4
    assert not list((small.folder / "run").iterdir())


def test_a_model_that_is_read_from_a_file_is_locked_by_its_content(lock, tmp_path, small):
    small.run()
    model = next((small.folder / "run" / "sources").glob("*/model.safetensors"))
    here, there = tmp_path / "here.safetensors", tmp_path / "there.safetensors"
    here.write_bytes(model.read_bytes())
    there.write_bytes(model.read_bytes())
    before = lock(source={"name": "s", "checkpoint": str(here)})
    assert before.models.keys() == {"s"}
    assert before.differences(lock(source={"name": "s", "checkpoint": str(there)})) == []
    small.run(source={"name": "s", "datasets": ["blobs-source"], "training": {"steps": 3, "validations": 0}})
    other = next(path for path in (small.folder / "run" / "sources").glob("*/model.safetensors") if path != model)
    here.write_bytes(other.read_bytes())
    assert before.differences(lock(source={"name": "s", "checkpoint": str(here)})) == ["model of the source s"]


def test_what_needs_a_source_is_locked_by_how_that_will_be_trained(lock):
    """The model is not there yet."""
    before = {row.strategy: row.id for row in lock(report={"minimal_effect": 0.02}).rows}
    longer = {"name": "s", "datasets": ["blobs-source"], "training": {"steps": 3, "batch_size": 8, "validations": 1}}
    now = {row.strategy: row.id for row in lock(source=longer, report={"minimal_effect": 0.02}).rows}
    assert {name for name in before if before[name] != now[name]} == {"finetune", "zero-shot"}


LIGHT = """
import sys
from relxfer.cli import main
assert main(["lock", {config!r}, "--out", {out!r}]) == 0
assert not {{"torch", "scipy", "pandas", "numba"}} & sys.modules.keys()
"""


def test_planning_is_all_that_is_imported(tmp_path):
    (tmp_path / "run.toml").write_text(
        'seeds = 2\n[source]\ndatasets = ["geo-world"]\n[target]\ndataset = "geo-us"\n[[strategy]]\nuse = "finetune"\n'
    )
    code = LIGHT.format(config=str(tmp_path / "run.toml"), out=str(tmp_path / "lock.json"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "lock.json").exists()
