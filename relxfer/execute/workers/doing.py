"""Doing a job in a process that has it as bytes; its result leaves as bytes, too."""

from __future__ import annotations

import functools
import os
import pickle
from typing import Any

from relxfer.contract.executors import Work
from relxfer.train.stopping import TERMINATED, Terminated, terminable


def do(work: bytes, job: bytes, device: str | None = None) -> bytes:
    """As `done`; SIGTERM ends the process after what was trained is saved, so that another one goes on from there."""
    try:
        with terminable():
            return done(work, job, device)
    except Terminated:
        os._exit(TERMINATED)


def done(work: bytes, job: bytes, device: str | None = None) -> bytes:
    """Do a pickled job with pickled work; returns what came of it pickled, or the reason why nothing did.

    The work is loaded once, and keeps its plan, data and plugins until the next job.
    """
    try:
        return pickle.dumps(_loaded(work)(pickle.loads(job), device))
    except Exception as error:
        return pickle.dumps(f"a worker process cannot do it ({type(error).__name__}: {error})")


def result_of(message: bytes) -> Any:
    """What came of a job, or the reason why it cannot be read.

    >>> result_of(do(pickle.dumps(abs), pickle.dumps(-3)))
    'a worker process cannot do it (TypeError: abs() takes exactly one argument (2 given))'
    """
    try:
        return pickle.loads(message)
    except Exception as error:
        return f"what a worker process sent cannot be read ({type(error).__name__}: {error})"


@functools.lru_cache(maxsize=1)
def _loaded(work: bytes) -> Work:
    made: Work = pickle.loads(work)
    return made
