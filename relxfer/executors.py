"""Ways to run jobs: one after the other, or in local processes. Also the plugin that offers them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from pydantic import PositiveInt

from relxfer import records
from relxfer.config import Options
from relxfer.hookspecs import hookimpl

relxfer_api_version = 1


class ProcessOptions(Options):
    """Options of `processes`."""

    jobs: PositiveInt = 2
    """Processes at a time."""


class Serial:
    """One job after the other, in this process."""

    in_process = True

    def __init__(self, options: Any):
        self.options = options

    def run(self, work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        for job in jobs:
            yield job, work(job)


class Processes:
    """Local processes, started afresh (spawn), each with its share of the threads."""

    in_process = False

    def __init__(self, options: ProcessOptions):
        self.options = options

    def run(self, work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        if not jobs:
            return
        context = multiprocessing.get_context("spawn")
        count = min(self.options.jobs, len(jobs))
        pool = ProcessPoolExecutor(count, context, _share_threads, (count,))
        try:
            waiting = {pool.submit(work, job): job for job in jobs}
            for future in as_completed(waiting):
                yield waiting[future], _result(future)
            pool.shutdown()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _result(future: Any) -> dict[str, Any]:
    try:
        return future.result()
    except BrokenProcessPool:
        reason = "a worker process died (killed, or out of memory); run again to finish, or lower --jobs"
        return {"status": "failed", "reason": reason}


def _share_threads(count: int) -> None:
    """Before torch is imported: without a setting of the user's, workers split the processors."""
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // count)))


@hookimpl
def relxfer_executors() -> Iterable[records.Executor]:
    return [
        records.Executor(
            name="serial", load="relxfer.executors:Serial", summary="one cell after the other, in this process"
        ),
        records.Executor(
            name="processes",
            load="relxfer.executors:Processes",
            options="relxfer.executors:ProcessOptions",
            summary="several cells at a time, in local processes",
        ),
    ]
