"""One worker process, from its start to its end."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
from types import SimpleNamespace

import pytest

from relxfer.errors import RelxferError
from relxfer.execute.workers.process import Process


class Tells:
    """Work that tells where it is done, and which modules are there."""

    def __call__(self, job, device=None):
        if job.index:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid(), device, "torch" in sys.modules, sys.path


@pytest.fixture
def messages():
    return queue.SimpleQueue()


def job(index: int) -> SimpleNamespace:
    return SimpleNamespace(index=index, group="of", attempt=0, threads=1)


def test_a_process_is_kept_between_jobs_and_has_the_path_of_this_one(messages):
    process = Process(3, pickle.dumps(Tells()), "cuda:1", messages)
    try:
        for _ in range(2):
            process.give(job(0))
            number, who, (place, device, heavy, path) = messages.get(timeout=60)
            assert (number, who, device, heavy) == (3, process, "cuda:1", False)
            assert place == process._popen.pid
            assert path == [os.path.abspath(each) for each in sys.path]
        assert process.lost().startswith("a worker process died")
    finally:
        process.close()
    assert messages.get(timeout=60).result is None
    assert process._popen.returncode == 0


def test_a_process_that_dies_says_so(messages):
    process = Process(0, pickle.dumps(Tells()), None, messages)
    process.give(job(1))
    assert messages.get(timeout=60) == (0, process, None)
    process.close()
    assert process.lost().startswith("a worker process died")
    process.give(job(0))  # it is gone, which was told


def test_a_result_that_cannot_be_read_is_said(messages, monkeypatch):
    process = Process(0, pickle.dumps(Tells()), None, messages)
    try:
        monkeypatch.setattr("relxfer.execute.workers.doing.pickle.loads", lambda message: 1 / 0)
        process.give(job(0))
        assert "cannot be read (ZeroDivisionError" in messages.get(timeout=60).result
    finally:
        process.close()


def test_one_that_never_waited_for_jobs_is_told(messages, monkeypatch, capfd):
    monkeypatch.setattr("relxfer.execute.workers.process._CODE", "import nothing_of_that_name")
    process = Process(0, b"", None, messages)
    assert messages.get(timeout=60).result is None
    process.close()
    with pytest.raises(RelxferError, match="expected a worker process to start, got exit code 1"):
        process.lost()
    assert "nothing_of_that_name" in capfd.readouterr().err
