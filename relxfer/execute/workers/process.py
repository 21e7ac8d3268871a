"""The executor `processes`: several jobs at a time, each in a local process of its own.

Jobs go through its standard input and results come through its standard output, so that it needs no address or key; it
ends when its input does. It is a fresh interpreter that does not import the user's script.
"""

from __future__ import annotations

import multiprocessing.spawn
import os
import pickle
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from relxfer.contract.executors import Job, Work
from relxfer.errors import RelxferError
from relxfer.execute.executors import ProcessOptions
from relxfer.execute.workers import pipes
from relxfer.execute.workers.doing import result_of
from relxfer.execute.workers.pool import Ended, Messages, Pool
from relxfer.execute.workers.serve import READY
from relxfer.train.machine import cores

#: What the interpreter runs; the arguments are the path on which modules are found. Ctrl-C ends it silently.
_CODE = """import sys
sys.path[:] = sys.argv[1:]
import signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
from relxfer.execute.workers.serve import serve
serve()"""
#: Seconds until a process that was told to end is killed.
_PATIENCE = 5.0
_DIED = "a worker process died (killed, or out of memory); lower training.batch_size, then run again to finish"


class Processes:
    """Runs several jobs at a time, in local processes that are started afresh and are kept between jobs."""

    def __init__(self, options: ProcessOptions):
        self.devices = options.devices
        wanted = options.jobs or len(options.devices) or 2
        self.width = min(wanted, cores())
        if wanted > self.width:
            message = f"jobs = {wanted} on {self.width} cores: {self.width} run at a time"
            warnings.warn(message, RuntimeWarning, stacklevel=2)

    def run(self, work: Work, jobs: Iterator[Job | None]) -> Iterator[tuple[Job, Any]]:
        """Yield each job with its outcome, as jobs end."""
        content = pickle.dumps(work)

        def start(number: int, messages: Messages) -> Process:
            device = self.devices[number % len(self.devices)] if self.devices else None
            return Process(number, content, device, messages)

        return Pool(self.width, start, lambda: None).run(jobs)  # processes see that their input ends


class Process:
    """One process.

    number    among those of the run
    messages  where it puts its results
    """

    def __init__(self, number: int, work: bytes, device: str | None, messages: Messages):
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
        self._send(pickle.dumps(job))

    def lost(self) -> str:
        """The reason for its job.

        Raises:
            RelxferError: it did not come as far as to wait for jobs, so that another one would not either.
        """
        if not self.started:
            raise RelxferError(
                f"expected a worker process to start, got exit code {self._popen.returncode} from {sys.executable}; "
                'read the messages above, or run with executor = "serial"'
            )
        return _DIED

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
                self.messages.put(Ended(self.number, self, result_of(pipes.receive(self._from))))
        self.messages.put(Ended(self.number, self, None))
