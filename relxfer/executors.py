"""Ways to run jobs: one after the other, or in local processes. Also the plugin that offers them."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
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

    width = 1

    def __init__(self, options: Any):
        self.options = options

    def run(self, work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        for job in jobs:
            yield job, work(job)


class Processes:
    """Local processes, started afresh (spawn)."""

    def __init__(self, options: ProcessOptions):
        self.width = options.jobs

    def run(self, work: Callable[[Any], Any], jobs: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        if not jobs:
            return
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(min(self.width, len(jobs)), context, _start_worker)
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
        reason = (
            "a worker process died (killed, or out of memory); run again to finish, "
            "with a lower --jobs or training.batch_size"
        )
        return {"status": "failed", "reason": reason}


def _start_worker() -> None:
    """Ctrl-C ends a worker at once and quietly; so does the end of the run's own process, however it came."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


@hookimpl
def relxfer_executors() -> Iterable[records.Executor]:
    return [
        records.Executor(
            name="serial",
            load="relxfer.executors:Serial",
            summary="one cell after the other, in this process",
        ),
        records.Executor(
            name="processes",
            load="relxfer.executors:Processes",
            options="relxfer.executors:ProcessOptions",
            summary="several cells at a time, in local processes",
        ),
    ]
