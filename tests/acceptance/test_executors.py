"""An executor as its author writes it, whose machines die or have other code, and an observer that misses nothing."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import warnings
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest

import relxfer
from relxfer.contract.hooks import hookimpl
from relxfer.store.entry import Entry
from relxfer.testing import blobs

#: An executor that sends every job to a machine of a cluster: a process, which gets `work` and the job as bytes.
CLUSTER = '''
import os, pickle, queue, subprocess, sys, threading

from relxfer import hookimpl
from relxfer.contract.executors import Failed
from relxfer.contract.records import Executor


class Cluster:
    """Two jobs at a time."""

    width = 2

    def __init__(self, options):
        self.ended = queue.SimpleQueue()

    def run(self, work, jobs):
        content, running = pickle.dumps(work), 0
        for job in jobs:
            if job is not None:
                threading.Thread(target=self.send, args=(content, job), daemon=True).start()
                running += 1
            if job is None or running == self.width:
                yield self.ended.get()
                running -= 1
        for _ in range(running):
            yield self.ended.get()

    def send(self, work, job):
        machine = [sys.executable, os.environ["MACHINE"]]
        done = subprocess.run(machine, input=pickle.dumps((work, job)), capture_output=True)
        lost = Failed(job, f"a machine was lost (exit code {done.returncode}) {done.stderr.decode()[-2000:]}")
        self.ended.put((job, pickle.loads(done.stdout) if done.returncode == 0 else lost))


@hookimpl
def relxfer_executors():
    return [Executor(name="cluster", load=f"{__name__}:Cluster")]
'''
MACHINE = """
import os, pickle, sys
WHAT
work, job = pickle.load(sys.stdin.buffer)
work = pickle.loads(work)
result = pickle.dumps(work(job))
sys.stdout.buffer.write(result)
"""
#: What is done on a machine before the work.
WELL = ""
DIES = """
from relxfer.train.phase import Fit
validate = Fit._validate
def dies(fit):
    if work_of() and fit.progress.step > 10:
        os.kill(os.getpid(), 9)
    validate(fit)
work_of = lambda: job.kind == "cell" and job.index == 1 and job.attempt < TIMES
Fit._validate = dies
"""
#: The machine has another state of a plugin, and an engine that does not look.
OTHER = """
sys.path.insert(0, ELSEWHERE)
import mine_4714
from relxfer.plan.fingerprints import Fingerprint
Fingerprint.check = lambda now, planned: None
"""
#: The machine imported the plugin before its file was edited. What it says of its code is right, what it has is not.
OLD = """
sys.path.insert(0, PLACE)
import mine_4714
new = open(mine_4714.__file__).read()
sys.dont_write_bytecode = True
time = __import__("time"); time.sleep(0.05)
open(mine_4714.__file__, "w").write(new)
mine_4714.FACTOR = 7.0
"""
PLUGIN = """
from relxfer import TransferStrategy, hookimpl
FACTOR = 1.0

class Mine:
    def __init__(self, options):
        self.options = options

    def transfer(self, cell):
        loss = lambda step, batch: FACTOR * cell.learner.loss(batch)
        cell.trainer.fit(cell.learner, loss, cell.target.train)
        return cell.learner

@hookimpl
def relxfer_transfer_strategies():
    needs = ("gradients", "target-labels")
    return [TransferStrategy(name="mine", load="mine_4714:Mine", needs=needs)]
"""
TRAINING = {"steps": 40, "batch_size": 8, "validations": 4, "checkpoint_seconds": 0.0}
CONFIG = {
    "name": "cluster",
    "seeds": 2,
    "threads": 1,
    "device": "cpu",
    "target": {"dataset": "blobs-target"},
    "training": TRAINING,
    "executor": "cluster",
    "report": {"baselines": False},
}


class Watch:
    """Keeps every event of a cell, in order."""

    __name__ = "watch"

    def __init__(self):
        self.events = defaultdict(list)

    @hookimpl
    def relxfer_cell_started(self, cell):
        self.events[cell["id"]].append("started")

    @hookimpl
    def relxfer_epoch_finished(self, cell, phase, step, values):
        self.events[cell["id"]].append((phase, step, values["loss"] == values["loss"]))

    @hookimpl
    def relxfer_cell_finished(self, cell, outcome):
        self.events[cell["id"]].append(outcome["status"])


def imported(folder: Path, name: str, text: str) -> ModuleType:
    (folder / f"{name}.py").write_text(text)
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """`run(what, *plugins, **changes)` on machines that do `what` before their work."""
    plugins = [blobs, imported(tmp_path, "cluster_4714", CLUSTER), imported(tmp_path, "mine_4714", PLUGIN)]
    monkeypatch.setenv("MACHINE", str(tmp_path / "machine.py"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine_4714.py").write_text(PLUGIN.replace("1.0", "7.0"))

    def run(what: str, *more, **changes):
        for name, value in (("ELSEWHERE", str(tmp_path / "elsewhere")), ("PLACE", str(tmp_path))):
            what = what.replace(name, repr(value))
        (tmp_path / "machine.py").write_text(MACHINE.replace("WHAT", what))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return relxfer.run(CONFIG | changes, tmp_path / "run", plugins=[*plugins, *more])

    yield run
    for name in ("cluster_4714", "mine_4714"):
        del sys.modules[name]


def shas(results):
    return {cell.seed: cell.sha for cell in results.cells}


@pytest.mark.timeout(600)
def test_an_observer_sees_every_epoch_of_two_workers_one_of_which_is_killed(cluster, tmp_path):
    watch = Watch()
    results = cluster(DIES.replace("TIMES", "1"), watch, strategy={"use": "mine"})
    assert {cell.status for cell in results.cells} == {"done"}
    for cell in results.cells:
        points = [(point.phase, point.step) for point in Entry(results.folder / "cells" / cell.id).points()]
        assert [step for _, step in points] == [0, 10, 20, 30, 40]
        events = watch.events[cell.id]
        assert (events[0], events[-1]) == ("started", "done")
        told = [event[:2] for event in events if isinstance(event, tuple)]
        if cell.seed == 1:
            assert events.count("started") == 2, "it was begun twice"
            assert told == [*points[:2], *points[2:]] or told[:2] == points[:2]
            told = told[told.index(points[2]) :]
            points = points[2:]
        assert told == points
    assert not (results.folder / "events").exists()
    serial = relxfer.run(
        CONFIG | {"executor": "serial", "strategy": {"use": "mine"}},
        tmp_path / "serial",
        plugins=[blobs, sys.modules["mine_4714"]],
    )
    assert shas(results) == shas(serial)


@pytest.mark.timeout(600)
def test_a_machine_that_always_dies_costs_its_cell_alone(cluster):
    results = cluster(DIES.replace("TIMES", "9"), strategy={"use": "mine"})
    assert {cell.seed: cell.status for cell in results.cells} == {0: "done", 1: "failed"}
    assert results.failed[0].reason.startswith("a machine was lost (exit code -9)")
    assert {cell.status for cell in cluster(WELL, strategy={"use": "mine"}).cells} == {"done"}, "it goes on"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("what", "said"),
    [
        (OTHER, "got another code from the process that ran it; nothing of it is kept; give that process the same"),
        (OLD, "expected the code of mine_4714 as .* now has it, but the file has changed since this process started"),
    ],
    ids=["other", "old"],
)
def test_a_machine_with_other_code_changes_no_result(cluster, what, said):
    results = cluster(what, strategy={"use": "mine"}, seeds=1)
    (cell,) = results.failed
    assert re.search(said, cell.reason), cell.reason
    assert not list(results.folder.glob("cells/*/outcome.json"))
    assert not list(results.folder.glob("evaluations/*"))
    right = cluster(WELL, strategy={"use": "mine"}, seeds=1)
    assert [cell.status for cell in right.cells] == ["done"]


SCRIPT = """
import sys
import relxfer
from relxfer.testing import blobs
print("begun")
results = relxfer.run(CONFIG, "run", plugins=[blobs])
print([cell.status for cell in results.cells])
"""


@pytest.mark.timeout(600)
def test_a_script_without_a_main_guard(tmp_path):
    config = CONFIG | {"executor": {"use": "processes", "jobs": 1}, "seeds": 2, "strategy": {"use": "scratch"}}
    (tmp_path / "script.py").write_text(SCRIPT.replace("CONFIG", repr(config)))
    done = subprocess.run(
        [sys.executable, "script.py"], capture_output=True, text=True, cwd=tmp_path, timeout=500, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["begun", "['done', 'done']"], "and it runs once"
    assert "Traceback" not in done.stderr
