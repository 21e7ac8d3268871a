"""A local process that does jobs, seen from the run.

Jobs go through its standard input and results come through its standard output, so that it needs no address or key; it
ends when its input does. It is a fresh interpreter that does not import the user's script.
"""

from __future__ import annotations

import multiprocessing.spawn
import os
import pickle
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any, NamedTuple

from relxfer.contract.executors import Job
from relxfer.errors import RelxferError
from relxfer.execute.workers import pipes
from relxfer.execute.workers.serve import READY

#: What the interpreter runs; the arguments are the path on which modules are found. Ctrl-C ends it silently.
_CODE = """import sys
sys.path[:] = sys.argv[1:]
import signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
from relxfer.execute.workers.serve import serve
serve()"""
#: Seconds until a process that was told to end is killed.
_PATIENCE = 5.0


class Ended(NamedTuple):
    """A message of a process: the result of its job, the reason why there is none, or None: it has died."""

    number: int
    process: Process
    result: Any


class Process:
    """One process.

    number    among those of the run
    job       what it does at present
    group     the group of its last job
    messages  where it puts its results
    """

    def __init__(self, number: int, work: bytes, device: str | None, messages: queue.SimpleQueue[Ended]):
        self.number, self.messages = number, messages
        self.job: Job | None = None
        self.group: str | None = None
        self.started = False
        flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
        interpreter = os.fsdecode(multiprocessing.spawn.get_executable() or sys.executable)
        path = [os.path.abspath(place) for place in sys.path]
        self._popen = subprocess.Popen(
            [interpreter, *flags, "-c", _CODE, *path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._to, self._from = self._popen.stdin, self._popen.stdout
        self._send(pickle.dumps((work, device)))
        threading.Thread(target=self._listen, name=f"relxfer worker {number}", daemon=True).start()

    def give(self, job: Job) -> None:
        """Let it do a job."""
        self.job, self.group = job, job.group
        self._send(pickle.dumps(job))

    def check_start(self) -> None:
        """Check that it came as far as to wait for jobs.

        Raises:
            RelxferError: it did not, so that another one would not either.
        """
        if not self.started:
            raise RelxferError(
                f"expected a worker process to start, got exit code {self._popen.returncode} from {sys.executable}; "
                'read the messages above, or run with executor = "serial"'
            )

    def close(self) -> None:
        """End the process, also in the middle of a job."""
        with suppress(OSError):
            self._to.close()
        try:
            self._popen.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()

    def _send(self, message: bytes) -> None:
        with suppress(OSError, ValueError):  # it has died, which the thread that listens tells
            pipes.send(self._to, message)

    def _listen(self) -> None:
        """Pass on what the process sends, until it ends."""
        with suppress(EOFError, OSError), self._from:
            self.started = pipes.receive(self._from) == READY
            while True:
                self.messages.put(Ended(self.number, self, _read(pipes.receive(self._from))))
        self.messages.put(Ended(self.number, self, None))


def _read(message: bytes) -> Any:
    """A result, or why it cannot be read."""
    try:
        return pickle.loads(message)
    except Exception as error:
        return f"what a worker process sent cannot be read ({type(error).__name__}: {error})"
