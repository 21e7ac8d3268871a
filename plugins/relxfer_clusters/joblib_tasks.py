"""The executor `joblib`: each job is a task of a joblib backend, whose processes keep plan, data and plugins."""

from __future__ import annotations

import functools
import pickle
import queue
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from relxfer.contract.executors import Failed, Job, Work, batches
from relxfer.execute.workers.doing import do, result_of
from relxfer_clusters.library import library
from relxfer_clusters.options import JoblibOptions

#: Seconds in which cells save what they have trained, when the run ends early.
_PATIENCE = 5.0
_LOST = "a worker of joblib was lost (killed, or out of memory); lower training.batch_size, then run again to finish"


class Joblib:
    """Runs jobs by joblib. Where a worker is lost, joblib gives up all of them; those of the others are done again."""

    def __init__(self, options: JoblibOptions):
        self.options, self.width = options, options.jobs
        library("joblib", "joblib")

    def run(self, work: Work, jobs: Iterator[Job | None]) -> Iterator[tuple[Job, Any]]:
        """Yield each job with its outcome, as jobs end."""
        tasks = _Tasks(self.options, work)
        try:
            for batch in batches(jobs):
                yield from self._batch(batch, tasks)
        finally:
            tasks.end_workers()

    def _batch(self, batch: list[Job], tasks: _Tasks) -> Iterator[tuple[Job, Any]]:
        """The outcomes of jobs that may run at the same time."""
        left = dict.fromkeys(sorted(batch, key=lambda job: job.group))
        while left:
            begun: list[Job] = []
            try:
                for job, result in tasks.ended(left, begun):
                    left.pop(job)
                    yield job, result
            except _lost_errors():
                # which of those that had begun was lost is not known: each of them is done alone
                for job in [job for job in begun if job in left]:
                    left.pop(job)
                    yield job, _alone(job, tasks)


def _alone(job: Job, tasks: _Tasks) -> Any:
    """The outcome of a job that runs with no other beside it."""
    try:
        return next(result for _, result in tasks.ended([job], []))
    except _lost_errors():
        return Failed(job, _LOST)


class _Tasks:
    """The jobs of a run as tasks of joblib."""

    def __init__(self, options: JoblibOptions, work: Work):
        self.options, self.work = options, work
        self.content = b"" if options.collect else pickle.dumps(work)
        self.place, self.devices = f"relxfer-{uuid.uuid4().hex}", tuple(options.devices)

    def ended(self, jobs: Iterable[Job], begun: list[Job]) -> Iterator[tuple[Job, Any]]:
        """Jobs with their outcomes, as they end; `begun` tells which were handed over."""
        numbered, messages, ending = list(jobs), queue.SimpleQueue[Any](), threading.Event()

        def handed_over() -> Iterator[tuple[int, bytes, bytes]]:
            for number, job in enumerate(numbered):
                if ending.is_set():
                    return
                begun.append(job)
                yield number, self.content or pickle.dumps(self.work.apart(job)), pickle.dumps(job)

        # in a thread, because joblib kills its workers at once where an interrupt reaches it
        thread = threading.Thread(target=self._consume, args=(handed_over(), messages), daemon=True)
        thread.start()
        count = 0
        try:
            while isinstance(message := messages.get(), tuple):
                result, job, count = result_of(message[1]), numbered[message[0]], count + 1
                yield job, Failed(job, result) if isinstance(result, str) else result
            if message is not None:
                raise message
        finally:
            ending.set()
            if count < len(begun) and thread.is_alive():
                self._let_save(messages, len(begun) - count)

    def _consume(self, calls: Iterator[tuple[int, bytes, bytes]], messages: queue.SimpleQueue[Any]) -> None:
        """Put what comes of the calls among the messages, at the end None or the error."""
        import joblib

        options = self.options
        tasks = (joblib.delayed(_done)(*call, self.place, self.devices) for call in calls)
        try:
            with joblib.parallel_config(options.backend, n_jobs=options.jobs, **options.backend_options):
                parallel = joblib.Parallel(return_as="generator_unordered", pre_dispatch="n_jobs", batch_size=1)
                for message in parallel(tasks):
                    messages.put(message)
            messages.put(None)
        except BaseException as error:
            messages.put(error)

    def _let_save(self, messages: queue.SimpleQueue[Any], count: int) -> None:
        """Give so many tasks some seconds to end."""
        self.work.end()
        until = time.monotonic() + _PATIENCE
        for _ in range(count):
            try:
                if not isinstance(messages.get(timeout=max(0, until - time.monotonic())), tuple):
                    return
            except queue.Empty:
                return

    def end_workers(self) -> None:
        """End the processes that loky keeps for later."""
        if self.options.backend == "loky":
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor(reuse=True).shutdown(wait=True, kill_workers=True)


def _done(number: int, work: bytes, job: bytes, place: str, devices: tuple[str, ...]) -> tuple[int, bytes]:
    """What a worker does."""
    return number, do(work, job, _held(place, devices)[0] if devices else None)


@functools.lru_cache(maxsize=1)
def _held(place: str, devices: Sequence[str]) -> tuple[str, FileLock | None]:
    """A device that no other worker of the run on this machine has; the lock holds it until this process ends."""
    for number, device in enumerate(devices):
        lock = FileLock(Path(tempfile.gettempdir()) / f"{place}-{number}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            continue
        return device, lock
    return devices[-1], None


def _lost_errors() -> tuple[type[Exception], ...]:
    """What joblib raises where a worker was lost."""
    from concurrent.futures.process import BrokenProcessPool

    from joblib.externals.loky.process_executor import TerminatedWorkerError

    return TerminatedWorkerError, BrokenProcessPool
