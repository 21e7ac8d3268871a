"""Local processes: a job that kills its worker fails alone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from relxfer.errors import PluginError
from relxfer.execute import executors
from relxfer.execute.executors import Processes, ProcessOptions, Serial

DIES, DONE = "__import__('os').kill(__import__('os').getpid(), 9)", "{'status': 'done'}"


@pytest.mark.parametrize("jobs", [[DIES], [DIES, DONE], [DONE, f"{DONE} | {{'number': 2}}", DIES, f"{DONE} "]])
def test_only_the_job_that_dies_alone_fails(jobs):
    with pytest.warns(RuntimeWarning, match="a worker process died"):
        found = dict(Processes(ProcessOptions(jobs=2)).run(eval, jobs))
    assert set(found) == set(jobs)
    assert {job: outcome["status"] for job, outcome in found.items()} == {
        job: "failed" if job == DIES else "done" for job in jobs
    }
    assert "lower training.batch_size" in found[DIES]["reason"]


def test_more_processes_than_cores(monkeypatch):
    monkeypatch.setattr(executors, "cores", lambda: 2)
    with pytest.warns(RuntimeWarning, match="jobs = 8 on 2 cores: 2 run at a time"):
        assert Processes(ProcessOptions(jobs=8)).width == 2
    assert Processes(ProcessOptions(jobs=2)).width == 2


def test_one_after_the_other_each_job_is_done_when_it_is_asked_for():
    done = []
    running = Serial(None).run(lambda job: done.append(job) or {"status": job}, ["first", "second"])
    assert next(running) == ("first", {"status": "first"})
    assert done == ["first"]
    assert list(running) == [("second", {"status": "second"})]


@pytest.mark.parametrize("made", [object(), SimpleNamespace(run=1, width=0), SimpleNamespace(run=1, width="two")])
def test_what_cannot_run_jobs_is_told(made):
    chosen = SimpleNamespace(name="mine", build=lambda: made)
    with pytest.raises(
        PluginError, match=r"the executor 'mine' to have run\(work, jobs\) and width.*correct the plugin"
    ):
        executors.build(chosen)
