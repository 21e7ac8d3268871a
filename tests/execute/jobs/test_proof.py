"""What was run is what was planned, or it fails and is not kept."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from relxfer.execute.cell import NOTHING, Planned
from relxfer.execute.jobs.job import Job, Ran
from relxfer.execute.jobs.proof import proven
from relxfer.execute.jobs.work import Work
from relxfer.plan.fingerprints import Fingerprint


@pytest.fixture
def done(small):
    """An engine with a job that was done, what came back, and the ids of its cell."""
    engine = small(seeds=[0], strategy=["scratch"])
    work, cell = Work(engine.store.folder, engine), engine.plan()[0]
    ready = engine.cells.prepare(cell)
    job = Job("cell", 0, 1, planned=Planned(None, ready.evaluation), cell=cell)
    ran = work(job)
    assert ran.outcome["status"] == "done"
    return engine, job, replace(ran, code=engine.code.determined()), ready.ids


def kept(engine, ids) -> list[bool]:
    return [engine.store.cell(ids["id"]).outcome() is not None, engine.store.judged(ids["evaluation"]) is not None]


def other(fingerprint, **changes) -> Fingerprint:
    made = Fingerprint(fingerprint[::-1])
    made.parts = fingerprint.parts | changes
    return made


def test_what_was_planned_is_kept(done):
    engine, job, ran, ids = done
    assert proven(engine, job, ran, ids) is ran.outcome
    assert kept(engine, ids) == [True, True]


CASES = {
    "code": (lambda ran: {"code": {**ran.code, "relxfer": "9.9"}}, r"got other code \(relxfer 9.9, here 0"),
    "data": (
        lambda ran: {"ran": Planned(None, other(ran.ran.cell, target="x"))},
        "got another data of the target from the process that ran it",
    ),
    "strategy": (lambda ran: {"ran": Planned(None, other(ran.ran.cell, stages="x"))}, "got another strategy from"),
    "no proof": (lambda ran: {"ran": NOTHING}, "got an outcome without fingerprint"),
    "job": (lambda ran: {"job": "cell-7-0-0"}, r"got the outcome of another job \(cell-7-0-0 for cell-0-0-0\)"),
    "ids": (lambda ran: {"outcome": {**ran.outcome, "evaluation": "0" * 16}}, "got the outcome of another cell"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_differs_is_said_and_nothing_of_it_is_kept(done, case):
    engine, job, ran, ids = done
    changes, words = CASES[case]
    outcome = proven(engine, job, replace(ran, **changes(ran)), ids)
    assert (outcome["status"], outcome["id"]) == ("failed", ids["id"])
    assert re.search(words, outcome["reason"])
    assert kept(engine, ids) == [False, False]


def test_a_source_of_other_code_is_not_kept(small):
    engine = small(seeds=[0])
    work = Work(engine.store.folder, engine)
    source = engine.experiment.sources[0]
    job = Job("source", 0, 1, planned=Planned(engine.sources.fingerprint(source, 0)))
    ran = work(job)
    assert proven(engine, job, ran, None) == {"status": "done"}
    outcome = proven(engine, job, replace(ran, code={"relxfer": "9.9"}), None)
    assert outcome["status"] == "failed"
    assert engine.sources.entry(source, 0).outcome() is None


def test_a_failure_needs_no_proof(done):
    engine, job, _, ids = done
    failed = {"status": "failed", "reason": "no gradient"}
    assert proven(engine, job, Ran(job.name, failed), ids) is failed
    stopped = proven(engine, job, Ran(job.name, {"status": "stopped", "reason": "as asked"}), ids)
    assert stopped == {"status": "stopped", "reason": "as asked", **ids}
    assert kept(engine, ids) == [True, True]
