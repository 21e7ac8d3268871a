"""The executor `processes`: several jobs at a time, each in a local process of its own."""

from __future__ import annotations

import pickle
import queue
import warnings
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

from relxfer.contract.executors import Failed, Job, Work
from relxfer.execute.executors import ProcessOptions
from relxfer.execute.workers.process import Ended, Process
from relxfer.train.machine import cores

_DIED = "a worker process died (killed, or out of memory); lower training.batch_size, then run again to finish"


class Processes:
    """Runs several jobs at a time, in local processes that are started afresh and are kept between jobs.

    A process that dies costs its job alone. A process is given jobs of the group that it had before, if there are any,
    so that most data is loaded once.
    """

    def __init__(self, options: ProcessOptions):
        self.devices = options.devices
        wanted = options.jobs or len(options.devices) or 2
        self.width = min(wanted, cores())
        if wanted > self.width:
            message = f"jobs = {wanted} on {self.width} cores: {self.width} run at a time"
            warnings.warn(message, RuntimeWarning, stacklevel=2)

    def run(self, work: Work, jobs: Iterator[Job | None]) -> Iterator[tuple[Job, Any]]:
        """Yield each job with its outcome, as jobs end."""
        pool = _Pool(pickle.dumps(work), self.width, self.devices)
        try:
            while True:
                ended = pool.take(jobs)
                pool.start()
                if not pool.busy:
                    if ended:
                        return
                    continue
                yield pool.outcome()
        finally:
            pool.close()


class _Pool:
    """The processes of one run, and the jobs that wait for one.

    work     pickled
    devices  number of a process, modulo their count -> its device
    """

    def __init__(self, work: bytes, width: int, devices: list[str]):
        self.work, self.width, self.devices = work, width, devices
        self.waiting: dict[str, deque[Job]] = defaultdict(deque)  # by group
        self.messages: queue.SimpleQueue[Ended] = queue.SimpleQueue()
        self.processes: dict[int, Process] = {}  # by number, from 0 to width - 1

    @property
    def busy(self) -> bool:
        """Whether a process does a job."""
        return any(process.job is not None for process in self.processes.values())

    def take(self, jobs: Iterator[Job | None]) -> bool:
        """Take every job that may start at present; returns whether no more will come."""
        for job in jobs:
            if job is None:
                return False
            self.waiting[job.group].append(job)
        return True

    def start(self) -> None:
        """Give waiting jobs to idle processes."""
        for number in range(self.width):
            process = self.processes.get(number)
            if process is not None and process.job is not None:
                continue
            job = self._next(process.group if process else None)
            if job is None:
                return
            if process is None:
                device = self.devices[number % len(self.devices)] if self.devices else None
                process = self.processes[number] = Process(number, self.work, device, self.messages)
            process.give(job)

    def outcome(self) -> tuple[Job, Any]:
        """Wait until a job ends, and return it with what came of it."""
        while True:
            number, process, result = self.messages.get()
            job, process.job = process.job, None
            if result is None:  # it died
                if self.processes.get(number) is process:
                    del self.processes[number]
                process.close()
                process.check_start()
                result = Failed(job, _DIED) if job is not None else None
            if job is not None:
                return job, Failed(job, result) if isinstance(result, str) else result

    def close(self) -> None:
        """End all processes."""
        for process in self.processes.values():
            process.close()

    def _next(self, group: str | None) -> Job | None:
        """A waiting job: of this group, else of one that no process works on, else of the largest."""
        groups = [name for name, jobs in self.waiting.items() if jobs]
        if not groups:
            return None
        if group not in groups:
            taken = {process.group for process in self.processes.values() if process.job is not None}
            group = next((name for name in groups if name not in taken), None)
        chosen = group if group is not None else max(groups, key=lambda name: len(self.waiting[name]))
        return self.waiting[chosen].popleft()
