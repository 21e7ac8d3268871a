"""A process that does jobs, seen from itself: it reads them from its standard input."""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
from typing import IO, Any

from relxfer.execute.workers import pipes

#: The first message of a process, when it can take jobs.
READY = b"ready"


def serve() -> None:
    """Do the jobs that come through the standard input, and send back what comes of them.

    The process ends with its input, so when the run ends for whatever reason.
    """
    source, target = _pipes()
    pipes.send(target, READY)
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(source, waiting), daemon=True).start()
    content, device = pickle.loads(waiting.get())
    work: Any = None
    while True:
        job = waiting.get()
        try:
            work = work or pickle.loads(content)
            result = pickle.dumps(work(pickle.loads(job), device))
        except Exception as error:
            result = pickle.dumps(f"a worker process cannot do it ({type(error).__name__}: {error})")
        pipes.send(target, result)


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
        os._exit(0)
