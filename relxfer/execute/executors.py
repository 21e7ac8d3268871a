"""Executors, which run jobs one after the other or in local processes, and the plugin that offers them."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import PositiveInt

from relxfer.contract import records
from relxfer.contract.hooks import hookimpl
from relxfer.contract.options import Options
from relxfer.errors import PluginError
from relxfer.train.machine import cores

if TYPE_CHECKING:  # every command imports this module, so it must import little
    from relxfer.contract.executors import Executor
    from relxfer.declare.experiment import Chosen
    from relxfer.store.entry import Outcome

J = TypeVar("J")

relxfer_api_version = 2


class ProcessOptions(Options):
    """Options of `processes`."""

    jobs: PositiveInt = 2
    """Number of processes that run at a time; at most one for each core."""


def build(chosen: Chosen) -> Executor:
    """Build the executor that the configuration names.

    Raises:
        PluginError: it is not an executor.
    """
    made = chosen.build()
    width = getattr(made, "width", None)
    if not (hasattr(made, "run") and isinstance(width, int) and width >= 1):
        raise PluginError(
            f"expected the executor {chosen.name!r} to have run(work, jobs) and width, how many jobs run at a time, "
            f"got {type(made).__name__} with width {width!r}; correct the plugin"
        )
    return made


class Serial:
    """Runs one job after the other, in this process."""

    width = 1

    def __init__(self, options: Any):
        self.options = options

    def run(self, work: Callable[[J], Outcome], jobs: Sequence[J]) -> Iterator[tuple[J, Outcome]]:
        for job in jobs:
            yield job, work(job)


class Processes:
    """Runs several jobs at a time, in local processes that are started afresh (spawn)."""

    def __init__(self, options: ProcessOptions):
        self.width = min(options.jobs, cores())
        if options.jobs > self.width:
            message = f"jobs = {options.jobs} on {self.width} cores: {self.width} run at a time"
            warnings.warn(message, RuntimeWarning, stacklevel=2)

    def run(self, work: Callable[[J], Outcome], jobs: Sequence[J]) -> Iterator[tuple[J, Outcome]]:
        """Yield each job with its outcome, as jobs end.

        When a worker process dies, its whole pool is lost. The remaining jobs are then run one at a time, which also
        needs less memory, and only a job whose worker dies again has failed.
        """
        left = []
        for job, outcome in _pool(work, jobs, self.width):
            if outcome is None:
                left.append(job)
            else:
                yield job, outcome
        if left:
            warnings.warn(f"a worker process died; {len(left)} jobs go on, one at a time", RuntimeWarning, stacklevel=2)
        for job in left:
            for _, outcome in _pool(work, [job], 1):
                yield job, outcome or {"status": "failed", "reason": _DIED}


_DIED = "a worker process died (killed, or out of memory); lower training.batch_size, then run again to finish"


def _pool(work: Callable[[J], Outcome], jobs: Sequence[J], width: int) -> Iterator[tuple[J, Outcome | None]]:
    """Yield each job with its outcome, as jobs end; None for a job that the pool lost."""
    if not jobs:
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(width, len(jobs)), context, _start_worker)
    try:
        waiting = {}
        for job in jobs:
            try:
                waiting[pool.submit(work, job)] = job
            except BrokenProcessPool:
                yield job, None
        for future in as_completed(waiting):
            yield waiting[future], _result(future)
        pool.shutdown()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _result(future: Future[Outcome]) -> Outcome | None:
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _start_worker() -> None:
    """Make a worker end silently on Ctrl-C, and when the process of the run ends for whatever reason."""
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
            load="relxfer.execute.executors:Serial",
            summary="one cell after the other, in this process",
        ),
        records.Executor(
            name="processes",
            load="relxfer.execute.executors:Processes",
            options="relxfer.execute.executors:ProcessOptions",
            summary="several cells at a time, in local processes",
        ),
    ]
