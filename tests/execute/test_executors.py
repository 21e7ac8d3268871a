"""Local processes: a job that kills its worker fails alone."""

from __future__ import annotations

import pytest

from relxfer.execute.executors import Processes, ProcessOptions

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
