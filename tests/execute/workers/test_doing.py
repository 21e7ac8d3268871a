"""A job in a process that has it as bytes, which SIGTERM ends."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys

from relxfer.execute.workers.doing import do, result_of

ENDED = """
import pickle, time
from relxfer.execute.workers.doing import do

class Sleeps:
    def __call__(self, job, device):
        print("begun", flush=True)
        time.sleep(job)

do(pickle.dumps(Sleeps()), pickle.dumps(600))
"""


class Counts:
    count = 0

    def __call__(self, job, device=None):
        self.count += 1
        return job, device, self.count


def test_the_work_is_loaded_once():
    work = pickle.dumps(Counts())
    assert [result_of(do(work, pickle.dumps(job), "cpu")) for job in "ab"] == [("a", "cpu", 1), ("b", "cpu", 2)]


def test_what_cannot_be_done_or_read_is_said():
    assert result_of(do(b"nothing", pickle.dumps(1))).startswith("a worker process cannot do it (UnpicklingError")
    assert result_of(b"nothing").startswith("what a worker process sent cannot be read (UnpicklingError")


def test_sigterm_ends_the_process_with_143():
    with subprocess.Popen([sys.executable, "-c", ENDED], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begun\n"
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(60) == 143
