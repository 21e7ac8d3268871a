"""The stream of jobs that an executor gets: waves one after the other, failed jobs again and alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from relxfer.contract.executors import Failed
from relxfer.execute.jobs.job import Job

#: How many times a failed job is tried again.
AGAIN = 2


class Misused(Exception):
    """An executor asked for a job, or gave an outcome, where it should not."""


class Stream:
    """Yields the jobs of waves, and None while what comes next depends on jobs that have not ended.

    waves  lists of jobs; the next one is asked for when all jobs of the one before have ended
    """

    def __init__(self, waves: Iterator[list[Job]]):
        self.waves = waves
        self.ready: deque[Job] = deque()
        self.again: deque[Job] = deque()
        self.running: dict[str, Job] = {}
        self.given = 0
        self.error: BaseException | None = None  # raised by the waves, and so not by the executor
        self._asked = False

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Job | None:
        if not self.ready and self.running:
            if self._asked:
                raise Misused(
                    f"a call for the next job after None, before the outcome of one of {len(self.running)} running jobs"
                )
            self._asked = True
            return None
        if not self.waiting():
            raise StopIteration
        # a job that failed runs alone: only when no other is ready or running
        job = self.ready.popleft() if self.ready else self.again.popleft()
        self.running[job.name] = job
        self.given += job.attempt == 0
        return job

    def waiting(self) -> bool:
        """Whether there is a job that may start; the next wave is asked for if all jobs have ended."""
        while not (self.ready or self.again or self.running):
            try:
                wave = next(self.waves, None)
            except BaseException as error:
                self.error = error
                raise
            if wave is None:
                return False
            self.ready.extend(wave)
        return bool(self.ready or self.again)

    @property
    def left(self) -> int:
        """How many jobs that were announced have not ended."""
        return len(self.ready) + len(self.again) + len(self.running)

    def ended(self, job: object, result: object) -> Job:
        """Take note that a job ended; one that failed is tried again, alone, unless it was so too often already.

        Returns:
            The job as it was given out.

        Raises:
            Misused: this job is not running.
        """
        name = getattr(job, "name", None)
        mine = self.running.pop(name, None) if isinstance(name, str) else None
        if mine is None:
            raise Misused(f"the outcome of {name or repr(job)}, which is not running")
        self._asked = False
        if tried_again(mine, result):
            self.again.append(mine.again)
        return mine


def tried_again(job: Job, result: object) -> bool:
    """Whether a job failed, and is tried again."""
    return isinstance(result, Failed) and job.attempt < AGAIN
