"""A process that does jobs, seen from itself: it reads them from its standard input."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
import time
from typing import IO

from relxfer.execute.workers import pipes
from relxfer.execute.workers.doing import do
from relxfer.train.stopping import TERMINATED, Terminated, terminable

#: The first message of a process, when it can take jobs.
READY = b"ready"
#: Seconds in which a job saves what it has trained when the run has ended; less than the run waits for.
_PATIENCE = 4.0


def serve() -> None:
    """Do the jobs that come through the standard input, and send back what comes of them.

    The process ends with its input, so when the run ends for whatever reason; training is saved before.
    """
    source, target = _pipes()
    try:
        with terminable():
            pipes.send(target, READY)
            waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
            threading.Thread(target=_receive, args=(source, waiting), daemon=True).start()
            work, device = pickle.loads(waiting.get())
            while job := waiting.get():
                pipes.send(target, do(work, job, device))
        os._exit(0)
    except (Terminated, OSError):
        os._exit(TERMINATED)


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The input and output for messages; what code prints goes to the standard error, and it can read nothing."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, target


def _receive(source: IO[bytes], waiting: queue.SimpleQueue[bytes]) -> None:
    """Pass on messages to the main thread, which does the jobs, and end the process with the input."""
    try:
        while True:
            waiting.put(pipes.receive(source))
    except (EOFError, OSError):
        waiting.put(b"")
        time.sleep(0.05)  # after which it is not idle
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_PATIENCE)
        os._exit(TERMINATED)
