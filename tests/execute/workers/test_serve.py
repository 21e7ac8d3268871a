"""A process that does jobs, as it answers through its output."""

from __future__ import annotations

import pickle
import subprocess
import sys
from types import SimpleNamespace

from relxfer.execute.workers import pipes
from relxfer.execute.workers.serve import READY

COMMAND = [sys.executable, "-c", "from relxfer.execute.workers.serve import serve; serve()"]


class Noisy:
    """Work that prints, reads, and counts its jobs."""

    count = 0

    def __call__(self, job, device=None):
        print("this is no message")
        self.count += 1
        return self.count, device, sys.stdin.read()


def test_answers_in_order_and_ends_with_its_input():
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(COMMAND, **pipe) as process:
        assert pipes.receive(process.stdout) == READY
        pipes.send(process.stdin, pickle.dumps((pickle.dumps(Noisy()), "cpu")))
        for _ in range(2):
            pipes.send(process.stdin, pickle.dumps(SimpleNamespace(index=0)))
        assert [pickle.loads(pipes.receive(process.stdout)) for _ in range(2)] == [(1, "cpu", ""), (2, "cpu", "")]
        pipes.send(process.stdin, b"no job")
        assert "cannot do it (" in pickle.loads(pipes.receive(process.stdout))
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stderr.read().decode().split() == ["this", "is", "no", "message"] * 2


def test_work_that_cannot_be_loaded_is_said_with_every_job():
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        pipes.receive(process.stdout)
        pipes.send(process.stdin, pickle.dumps((b"nothing", None)))
        for _ in range(2):
            pipes.send(process.stdin, pickle.dumps("job"))
            assert "UnpicklingError" in pickle.loads(pipes.receive(process.stdout))
        process.stdin.close()
