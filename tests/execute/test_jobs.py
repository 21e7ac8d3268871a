"""Jobs as they are handed to an executor."""

from __future__ import annotations

import pickle

import pytest

from relxfer.errors import UsageError
from relxfer.execute import jobs
from relxfer.execute.cell import Cells
from relxfer.execute.jobs import Job, Work
from relxfer.execute.transfers.prepared import Planned
from relxfer.plan.fingerprints import Fingerprint


def test_a_job_is_the_same_after_its_way_to_another_process():
    planned = Planned(Fingerprint.of(code="1"), Fingerprint.of(code="2", seed=3))
    job = Job("cell", 4, threads=2, planned=planned)
    again = pickle.loads(pickle.dumps(job))
    assert again == job
    assert again.planned.cell.parts == planned.cell.parts, "so that a message can say what has changed"


def test_what_was_prepared_here_is_run_here_and_does_not_travel(small, monkeypatch):
    engine = small(seeds=[0])
    work = Work(engine.store.folder, engine, engine.plan())
    ready = engine.cells.prepare(work.plan[0])
    work.prepared = {0: ready}
    seen = []
    monkeypatch.setattr(Cells, "run", lambda cells, *of: seen.append(of) or {"status": "done"})
    work(Job("cell", 0, 1))
    assert seen.pop()[2] is ready
    state = work.__getstate__()
    assert state["prepared"] == {}
    assert "engine" not in state


def test_a_worker_opens_the_run_once(small, monkeypatch):
    engine = small(seeds=[0])
    opened = []
    monkeypatch.setattr(jobs, "experiment_of", lambda *of: opened.append(of) or engine.experiment)
    travelled = pickle.loads(pickle.dumps(Work(engine.store.folder, engine, engine.plan())))
    jobs._opened.cache_clear()
    try:
        for number in range(2):
            assert travelled(Job("cell", 99 + number, 1))["status"] == "failed"
            travelled = pickle.loads(pickle.dumps(travelled))
        assert len(opened) == 1
    finally:
        jobs._opened.cache_clear()


def test_what_a_job_raises_is_its_outcome(small, monkeypatch):
    engine = small(seeds=[0])
    work = Work(engine.store.folder, engine, engine.plan())

    def raises(*of):
        raise UsageError("expected another")

    monkeypatch.setattr(type(engine.sources), "train", raises)
    outcome = work(Job("source", 0, 1))
    assert (outcome["status"], outcome["reason"]) == ("failed", "expected another")
    assert "raises" in outcome["traceback"]
    monkeypatch.setattr(type(engine.sources), "train", lambda *of: None)
    assert work(Job("source", 0, 1)) == {"status": "done"}


def test_an_interrupt_leaves_a_job(small, monkeypatch):
    engine = small(seeds=[0])
    work = Work(engine.store.folder, engine, engine.plan())

    def interrupted(*of):
        raise KeyboardInterrupt

    monkeypatch.setattr(type(engine.sources), "train", interrupted)
    with pytest.raises(KeyboardInterrupt):
        work(Job("source", 0, 1))
