"""Doing jobs, in the process of the run and elsewhere."""

from __future__ import annotations

import pickle

import pytest

from relxfer.contract.hooks import hookimpl
from relxfer.errors import PluginError, UsageError
from relxfer.execute.cell import Cells, Planned
from relxfer.execute.jobs import work as module
from relxfer.execute.jobs.job import Job
from relxfer.execute.jobs.work import Work
from relxfer.store.hub.checked import Checked


@pytest.fixture
def work(small):
    engine = small(seeds=[0])
    return Work(engine.store.folder, engine)


@pytest.fixture(autouse=True)
def nothing_opened():
    module._opened.cache_clear()
    yield
    module._opened.cache_clear()


def cell_job(work, **more):
    return Job("cell", 0, 1, cell=work.engine.plan()[0], **more)


def test_what_was_prepared_here_is_run_here(work, monkeypatch):
    job = cell_job(work)
    work.prepared = {0: work.engine.cells.prepare(job.cell)}
    seen = []
    monkeypatch.setattr(Cells, "run", lambda cells, *of: seen.append(of) or {"status": "done"})
    ran = work(job)
    assert seen.pop()[2] is work.prepared[0]
    assert (ran.outcome, ran.ran.cell, ran.events) == ({"status": "done"}, work.prepared[0].evaluation, None)


def test_elsewhere_a_job_is_the_same_and_its_events_are_in_a_file(work):
    job = cell_job(work)
    there = pickle.loads(pickle.dumps(work))
    ran = there(pickle.loads(pickle.dumps(job)))
    assert ran.outcome["status"] == "done", ran.outcome
    assert ran.ran.cell == work.engine.cells.prepare(job.cell).evaluation
    assert ran.code["relxfer"] == work.engine.code.determined()["relxfer"]
    lines = work.reports.events(job.name).read_text().splitlines()
    assert len(lines) == ran.events >= 3
    assert lines[0].startswith('["cell_started"')
    assert work(job).outcome["sha"] == ran.outcome["sha"]


def test_what_was_checked_here_is_told_elsewhere(work, monkeypatch):
    known, seen = (Checked("hf://me/mine", "/copy", ()),), []
    monkeypatch.setattr(module.checked, "copies", lambda tables: known)
    monkeypatch.setattr(module.checked, "taken", lambda tables, copies: seen.append(copies) or tables)
    there = pickle.loads(pickle.dumps(work))
    assert there(pickle.loads(pickle.dumps(cell_job(work)))).outcome["status"] == "done"
    assert seen == [known]


def test_the_run_is_opened_once(work, monkeypatch):
    opened = []
    monkeypatch.setattr(module, "experiment_of", lambda *of: opened.append(of) or work.engine.experiment)
    for _ in range(2):
        there = pickle.loads(pickle.dumps(work))
        assert there(Job("cell", 0, 1, cell=b"nonsense")).outcome["status"] == "failed"
    assert len(opened) == 1


def test_who_pickles_it_is_told_of(work):
    left = []
    work.leaving = lambda: left.append(1)
    pickle.dumps(work)
    assert left == [1]


class InNoFile:
    __module__ = "__main__"
    __name__ = "mine"

    @hookimpl
    def relxfer_cell_started(self):
        """Nothing."""


def test_a_plugin_that_cannot_go_elsewhere_is_told(small):
    engine = small(InNoFile())
    with pytest.raises(PluginError, match="expected the plugin 'mine' in a module that other processes can import"):
        pickle.dumps(Work(engine.store.folder, engine))


def test_a_copy_of_the_process_writes_its_events_too(work, monkeypatch):
    monkeypatch.setattr(module.os, "getpid", lambda: -1)
    ran = work(cell_job(work))
    assert ran.events >= 3, "a process that was copied by fork is another one"


def test_what_a_job_raises_is_its_outcome(work, monkeypatch):
    def raises(*of):
        raise UsageError("expected another")

    monkeypatch.setattr(type(work.engine.sources), "train", raises)
    outcome = work(Job("source", 0, 1)).outcome
    assert (outcome["status"], outcome["reason"]) == ("failed", "expected another")
    assert "raises" in outcome["traceback"]
    monkeypatch.setattr(type(work.engine.sources), "train", lambda *of: None)
    ran = work(Job("source", 0, 1))
    assert ran.outcome == {"status": "done"}
    assert ran.ran == Planned(work.engine.sources.fingerprint(work.engine.experiment.sources[0], 0))


def test_an_interrupt_leaves_a_job(work, monkeypatch):
    def interrupted(*of):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(work.engine.sources), "train", interrupted)
    with pytest.raises(KeyboardInterrupt):
        work(Job("source", 0, 1))
    assert work.engine.events.job is None


def test_a_job_that_was_asked_stops_and_goes_on_later(work):
    job = cell_job(work)
    work.asked.add(job.name)
    stopped = work(job).outcome
    assert stopped["status"] == "stopped"
    assert "stopped as asked, at step 0 of phase fit-0; run again" in stopped["reason"]
    assert work(job.again).outcome["status"] == "done"


def test_elsewhere_a_file_asks_to_stop(work):
    job = cell_job(work)
    path = work.reports.request(job.name)
    path.parent.mkdir(parents=True)
    path.touch()
    assert pickle.loads(pickle.dumps(work))(job).outcome["status"] == "stopped"


def test_a_job_computes_on_its_device(work, monkeypatch):
    used = []
    monkeypatch.setattr(type(work.engine.attach), "use", lambda attach, device: used.append(device))
    work(cell_job(work), "cuda:1")
    work(cell_job(work))
    assert used == ["cuda:1", None]
