"""Work, jobs and a stream of them, small enough to see what an executor makes of them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SmallJob:
    """A job: see `relxfer.contract.executors.Job`."""

    index: int
    group: str = ""
    attempt: int = 0
    threads: int = 1

    @property
    def name(self) -> str:
        """The name of the job, which another attempt has too."""
        return f"job-{self.index}"


@dataclass(frozen=True)
class Done:
    """What came of a job.

    square   of its index
    process  the number of the process that did it
    """

    square: int
    process: int


@dataclass(frozen=True)
class Squares:
    """Work that squares the index of a job; where it was sent to another process, that one can be killed.

    home    the number of the process that made it
    killed  indices of jobs at whose first attempt their process is killed, unless it is that of the run
    """

    home: int
    killed: frozenset[int] = frozenset()

    def __call__(self, job: SmallJob, device: str | None = None) -> Done:
        if job.index in self.killed and not job.attempt and os.getpid() != self.home:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.02)
        return Done(job.index**2, os.getpid())

    def apart(self, job: SmallJob) -> Squares:
        """The same, since it needs no files."""
        return self

    def end(self) -> None:
        """Nothing: a job takes no time."""


class Waves:
    """A stream of jobs in waves: those of a wave may start when all of the wave before have ended.

    It notes a misuse: to be asked again after None, although no outcome came in between.
    """

    def __init__(self, *waves: Sequence[SmallJob]):
        self.waves, self.open = [list(wave) for wave in waves], set[SmallJob]()
        self.told_none, self.misused = False, 0

    def __iter__(self) -> Iterator[SmallJob | None]:
        return self

    def __next__(self) -> SmallJob | None:
        if self.told_none:
            self.misused += 1
            if self.misused > 100:
                raise AssertionError("expected the outcome of a job after None, got 100 further questions for a job")
        if not self.waves:
            raise StopIteration
        if self.waves[0]:
            job = self.waves[0].pop(0)
            self.open.add(job)
            return job
        if self.open:
            self.told_none = True
            return None
        self.waves.pop(0)
        return next(self)

    def ended(self, job: SmallJob) -> None:
        """Note that a job has ended."""
        self.told_none = False
        self.open.discard(job)
