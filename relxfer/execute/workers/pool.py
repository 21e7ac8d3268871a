"""Workers that each do one job at a time, and are kept between jobs: who is given which job."""

from __future__ import annotations

import queue
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol, TypeAlias

from relxfer.contract.executors import Failed, Job


class Worker(Protocol):
    """A process that does jobs, here or on another machine, seen from the run.

    job    what it does at present
    group  the group of its last job
    """

    job: Job | None
    group: str | None

    def give(self, job: Job) -> None:
        """Let it do a job, and put an `Ended` among the messages when it has."""
        ...

    def lost(self) -> str:
        """Why it died, and what to do, for its job; `RelxferError` where others would die, too."""
        ...

    def close(self) -> None:
        """End it, also in the middle of a job; what it has trained is saved if that takes seconds.

        It is called in a thread, at the same time as for other workers.
        """
        ...


class Ended(NamedTuple):
    """A message of a worker: the result of its job, the reason why there is none, or None: it has died."""

    number: int
    worker: Worker
    result: Any


#: Where workers put what they have to say.
Messages: TypeAlias = "queue.SimpleQueue[Ended]"


class Pool:
    """The workers of one run, and the jobs that wait for one.

    A worker that dies costs its job alone. A worker is given jobs of the group that it had before, if there are any, so
    that most data is loaded once.

    width  how many workers there are at most
    start  starts the worker of a number, from 0 to width - 1; one that died is started again
    end    is called before workers are ended that do a job
    """

    def __init__(self, width: int, start: Callable[[int, Messages], Worker], end: Callable[[], None]):
        self.width, self.start, self.end = width, start, end
        self.waiting: dict[str, deque[Job]] = defaultdict(deque)  # by group
        self.messages: Messages = queue.SimpleQueue()
        self.workers: dict[int, Worker] = {}

    def run(self, jobs: Iterator[Job | None]) -> Iterator[tuple[Job, Any]]:
        """Yield each job with its outcome, as jobs end; all workers end with it."""
        try:
            while True:
                ended = self._take(jobs)
                self._give()
                if not self._busy:
                    if ended:
                        return
                    continue
                yield self._outcome()
        finally:
            if self._busy:
                self.end()
            self._close()

    def _close(self) -> None:
        """End all workers at the same time: each may need seconds to save what it has trained."""
        with ThreadPoolExecutor(max(1, len(self.workers))) as closing:
            for closed in [closing.submit(worker.close) for worker in self.workers.values()]:
                closed.result()

    @property
    def _busy(self) -> bool:
        """Whether a worker does a job."""
        return any(worker.job is not None for worker in self.workers.values())

    def _take(self, jobs: Iterator[Job | None]) -> bool:
        """Take every job that may start at present; returns whether no more will come."""
        for job in jobs:
            if job is None:
                return False
            self.waiting[job.group].append(job)
        return True

    def _give(self) -> None:
        """Give waiting jobs to idle workers."""
        for number in range(self.width):
            worker = self.workers.get(number)
            if worker is not None and worker.job is not None:
                continue
            job = self._next(worker.group if worker else None)
            if job is None:
                return
            if worker is None:
                worker = self.workers[number] = self.start(number, self.messages)
            worker.job, worker.group = job, job.group
            worker.give(job)

    def _outcome(self) -> tuple[Job, Any]:
        """Wait until a job ends, and return it with what came of it."""
        while True:
            number, worker, result = self.messages.get()
            job, worker.job = worker.job, None
            if result is None:  # it died
                if self.workers.get(number) is worker:
                    del self.workers[number]
                worker.close()
                result = worker.lost()
            if job is not None:
                return job, Failed(job, result) if isinstance(result, str) else result

    def _next(self, group: str | None) -> Job | None:
        """A waiting job: of this group, else of one that no worker works on, else of the largest."""
        groups = [name for name, jobs in self.waiting.items() if jobs]
        if not groups:
            return None
        if group not in groups:
            taken = {worker.group for worker in self.workers.values() if worker.job is not None}
            group = next((name for name in groups if name not in taken), None)
        chosen = group if group is not None else max(groups, key=lambda name: len(self.waiting[name]))
        return self.waiting[chosen].popleft()
