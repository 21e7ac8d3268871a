"""Local processes: a job that kills its process fails alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from relxfer.contract.executors import Failed
from relxfer.errors import RelxferError
from relxfer.execute.executors import ProcessOptions
from relxfer.execute.jobs.job import Job
from relxfer.execute.jobs.stream import Stream
from relxfer.execute.workers import process
from relxfer.execute.workers.pool import Ended, Pool
from relxfer.execute.workers.process import Processes


class Asked:
    """Work that answers with the process, the device and what its text says, as Python code."""

    def __init__(self, texts):
        self.texts = texts

    def __call__(self, job, device=None):
        return os.getpid(), device, eval(self.texts[job.index])


DIES = "__import__('os').kill(__import__('os').getpid(), 9)"


def ran(texts, groups=None, work=Asked, **options):
    """(index, attempt) -> what came of it."""
    groups = groups or [""] * len(texts)
    stream = Stream(iter([[Job("cell", index, 1, group=groups[index]) for index in range(len(texts))]]))
    found = {}
    for job, result in Processes(ProcessOptions(**options)).run(work(texts), stream):
        stream.ended(job, result)
        found[job.index, job.attempt] = result
    return found


@pytest.fixture
def cores(monkeypatch):
    monkeypatch.setattr(process, "cores", lambda: 4)


def test_a_job_that_dies_costs_no_other_job(cores):
    found = ran(["1", DIES, "2", "3"], jobs=2)
    results = {key: result if isinstance(result, Failed) else result[2] for key, result in found.items()}
    assert {key: results[key] for key in ((0, 0), (2, 0), (3, 0))} == {(0, 0): 1, (2, 0): 2, (3, 0): 3}
    assert [key for key in results if key[0] == 1] == [(1, 0), (1, 1), (1, 2)], "tried twice again"
    assert all("a worker process died (killed" in results[1, attempt].reason for attempt in range(3))


def test_what_a_worker_cannot_do_or_send_is_said(cores):
    found = ran(["1 / 0", "lambda: 0", "print('to nobody')"], jobs=1)
    assert "cannot do it (ZeroDivisionError: division by zero)" in found[0, 2].reason
    assert "cannot do it (" in found[1, 2].reason
    assert found[2, 0][2] is None, "what is printed is no message"


def meets(folder, own: str, other: str) -> str:
    """Code that waits until the other one runs too."""
    return f"""[open({str(folder / own)!r}, "w").close(), [__import__("time").sleep(0.01) for _ in
    iter(lambda: __import__("os").path.exists({str(folder / other)!r}), True)]]"""


def test_jobs_of_a_group_go_to_one_process(cores, tmp_path):
    groups = ["a", "b", "a", "b", "a", "b"]
    together = [meets(tmp_path, "a", "b"), meets(tmp_path, "b", "a")]
    found = ran([*together, *["__import__('time').sleep(0.2)"] * 4], groups, jobs=2)
    places = {group: {found[i, 0][0] for i in range(6) if groups[i] == group} for group in "ab"}
    assert len(places["a"]) == len(places["b"]) == 1
    assert places["a"] != places["b"]


def test_nobody_waits_for_the_process_of_a_group(cores, tmp_path):
    found = ran([meets(tmp_path, "a", "b"), meets(tmp_path, "b", "a")], ["a", "a"], jobs=2)
    assert found[0, 0][0] != found[1, 0][0]


def test_devices_are_assigned_in_turn(cores):
    found = ran(["__import__('time').sleep(0.5)"] * 3, list("abc"), devices=["cuda:0", "cuda:1"], jobs=3)
    assert sorted(found[i, 0][1] for i in range(3)) == ["cuda:0", "cuda:0", "cuda:1"]
    assert Processes(ProcessOptions(devices=["cuda:0", "cuda:1", "cuda:2"])).width == 3, "one for each"


def test_which_job_is_next():
    waiting = Pool(3, lambda number, messages: None, lambda: None)
    waiting._take(iter([Job("cell", i, 1, group=group) for i, group in enumerate("aabcbb")]))
    waiting.workers = {0: SimpleNamespace(group="b", job="busy"), 1: SimpleNamespace(group="a", job=None)}
    assert waiting._next("a").index == 0, "of its own group"
    assert waiting._next(None).index == 1, "of a group that no process works on"
    assert waiting._next("a").index == 3, "then of another such group"
    assert waiting._next("c").index == 2, "then of the largest"


def test_workers_end_at_the_same_time():
    """Each may take seconds to save."""
    together = threading.Barrier(3, timeout=20)

    class Slow:
        job = group = None

        def __init__(self, number, messages):
            self.number, self.messages = number, messages

        def give(self, job):
            self.messages.put(Ended(self.number, self, "lost"))

        def close(self):
            together.wait()

    stream, told = Stream(iter([[Job("cell", index, 1) for index in range(3)]])), []
    for job, result in Pool(3, Slow, lambda: told.append("end")).run(stream):
        stream.ended(job, result)
        break
    assert told == ["end"]
    assert not together.broken


def test_more_processes_than_cores(monkeypatch):
    monkeypatch.setattr(process, "cores", lambda: 2)
    with pytest.warns(RuntimeWarning, match="jobs = 8 on 2 cores: 2 run at a time"):
        assert Processes(ProcessOptions(jobs=8)).width == 2
    assert Processes(ProcessOptions()).width == 2


def test_processes_that_cannot_start_are_said(cores, monkeypatch, capfd):
    monkeypatch.setattr(process, "_CODE", "raise SystemExit('no module')")
    with pytest.raises(RelxferError, match=r'to start, got exit code 1 .* executor = "serial"'):
        ran(["1"])
    assert "no module" in capfd.readouterr().err


SCRIPT = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts in the background ignore it
from relxfer.execute.executors import ProcessOptions
from relxfer.execute.jobs.job import Job
from relxfer.execute.jobs.stream import Stream
from relxfer.execute.workers.process import Processes
import work_4713
stream = Stream(iter([[Job("cell", 0, 1), Job("cell", 1, 1)]]))
for job, result in Processes(ProcessOptions()).run(work_4713.work, stream):
    stream.ended(job, result)
    print(result, flush=True)
"""
WORK = """
import os, time
def work(job, device=None):
    if job.index == 0:
        time.sleep(600)
    return os.getpid(), os.getppid()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_the_run_and_silently(tmp_path, how):
    """A script without a main guard; `how` is what ends it."""
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "work_4713.py").write_text(WORK)
    command = [sys.executable, str(tmp_path / "script.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        worker, parent = eval(run.stdout.readline())
        assert parent == run.pid
        run.send_signal(how)
        said = run.stderr.read()
    assert "in work\n" not in said, said
    assert said.count("Traceback") == (how == signal.SIGINT), said
    for _ in range(100):
        if not alive(worker):
            return
        time.sleep(0.1)
    raise AssertionError("the worker goes on")


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True
