"""A task goes on with what has no result yet, and answers signals as Slurm means them."""

from __future__ import annotations

import os
import pickle
import signal

import pytest
from relxfer_clusters import slurm_task
from relxfer_clusters.slurm_task import Task, result_file

from relxfer.execute.workers.doing import result_of


class Signalled:
    """Work that ends its process by a signal at one job."""

    def __init__(self, number: int):
        self.number = number

    def __call__(self, job, device=None):
        if job == 1:
            os.kill(os.getpid(), self.number)
        return job * 10


def task(folder, work) -> Task:
    return Task(folder, pickle.dumps(work), [pickle.dumps(job) for job in range(3)])


def results(folder):
    files = [result_file(folder, number) for number in range(3)]
    return [result_of(path.read_bytes()) if path.exists() else None for path in files]


class Ended(BaseException):
    pass


@pytest.mark.parametrize(
    ("number", "preempted", "expected"),
    [
        (signal.SIGUSR2, False, ["requeued"]),
        (signal.SIGTERM, True, ["requeued"]),
        (signal.SIGTERM, False, [143]),
    ],
)
def test_it_is_requeued_where_slurm_does_not_do_it(tmp_path, monkeypatch, number, preempted, expected):
    said = []

    def ends(what):
        said.append(what)
        raise Ended

    before = signal.signal(signal.SIGUSR2, lambda *_: ends("requeued"))
    monkeypatch.setattr(slurm_task.os, "_exit", ends)
    monkeypatch.setattr(slurm_task, "_preempted", lambda: preempted)
    try:
        with pytest.raises(Ended):
            task(tmp_path, Signalled(number))()
    finally:
        signal.signal(signal.SIGUSR2, before)
    assert said == expected
    assert results(tmp_path) == [0, None, None]
    result_file(tmp_path, 0).write_bytes(pickle.dumps("kept"))
    task(tmp_path, Signalled(0))()
    assert results(tmp_path) == ["kept", 10, 20]


def test_work_that_cannot_be_loaded_is_said(tmp_path):
    Task(tmp_path, b"nothing", [pickle.dumps(1)])()
    assert results(tmp_path)[0].startswith("a worker process cannot do it (UnpicklingError")


def test_outside_of_slurm_nothing_is_preempted(monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    assert not slurm_task._preempted()
