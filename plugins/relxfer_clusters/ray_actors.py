"""The executor `ray`: each worker is an actor, which keeps plan, data and plugins between its cells."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from contextlib import contextmanager, suppress
from typing import Any

from relxfer.contract.executors import Job, Work
from relxfer.errors import UsageError
from relxfer.execute.workers.doing import do, result_of
from relxfer.execute.workers.pool import Ended, Messages, Pool
from relxfer_clusters.library import library
from relxfer_clusters.options import RayOptions

#: Seconds in which a cell saves what it has trained, when the run ends early.
_PATIENCE = 5.0
_LOST = (
    "a Ray worker was lost (its node is gone, or memory ran out); see the dashboard of Ray, then run again to finish"
)


class Ray:
    """Runs jobs in actors of a Ray cluster; an actor that is lost costs its job alone, and is replaced.

    cores  of each actor
    """

    def __init__(self, options: RayOptions):
        self.options, self.width, self.cores = options, options.jobs, options.cpus
        library("ray", "ray")

    def run(self, work: Work, jobs: Iterator[Job | None]) -> Iterator[tuple[Job, Any]]:
        """Yield each job with its outcome, as jobs end."""
        import ray

        content = b"" if self.options.collect else pickle.dumps(work)

        def sent(job: Job) -> bytes:
            return content or pickle.dumps(work.apart(job))

        with _cluster(self.options):
            width, gpus = _room(self.options)
            remote = ray.remote(_Doing).options(num_cpus=self.options.cpus, num_gpus=gpus)

            def start(number: int, messages: Messages) -> _Actor:
                return _Actor(number, remote.remote(), sent, messages)

            yield from Pool(width, start, work.end).run(jobs)


class _Doing:
    """What an actor does, in a process of the cluster. Ray lets it see its own GPUs alone."""

    def do(self, work: bytes, job: bytes) -> bytes:
        return do(work, job)


class _Actor:
    """An actor, seen from the run.

    sent  the work that goes with a job
    """

    def __init__(self, number: int, handle: Any, sent: Callable[[Job], bytes], messages: Messages):
        self.number, self.handle, self.sent, self.messages = number, handle, sent, messages
        self.job: Job | None = None
        self.group: str | None = None
        self._ended: Future[bytes] = Future()

    def give(self, job: Job) -> None:
        """Send it a job."""
        self._ended = self.handle.do.remote(self.sent(job), pickle.dumps(job)).future()
        self._ended.add_done_callback(self._tell)

    def lost(self) -> str:
        """The reason for its job."""
        return _LOST

    def close(self) -> None:
        """End the actor; a job has been told through the run directory, and has some time to save."""
        import ray

        if self.job is not None:
            with suppress(TooLong, ray.exceptions.RayError):
                self._ended.result(_PATIENCE)
        with suppress(Exception):  # Ray itself may be gone
            ray.kill(self.handle)

    def _tell(self, ended: Future[bytes]) -> None:
        from ray.exceptions import RayActorError

        error = ended.exception()
        said = f"Ray cannot do it ({type(error).__name__}: {error})"
        lost = isinstance(error, RayActorError)
        self.messages.put(Ended(self.number, self, None if lost else said if error else result_of(ended.result())))


@contextmanager
def _cluster(options: RayOptions) -> Iterator[None]:
    """Inside, this process is connected with a cluster; one that the caller is connected with is used, and stays."""
    import ray

    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    # workers of a cluster that is started here run as the other executors' do; 15, Ray's default, starves beside them
    os.environ.setdefault("RAY_worker_niceness", "0")
    found = options.address or os.environ.get("RAY_ADDRESS")
    own: dict[str, Any] = {} if found else {"num_cpus": options.jobs * options.cpus, "include_dashboard": False}
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(address=found or "local", log_to_driver=False, logging_level=logging.ERROR, **own)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise UsageError(
            f"expected a Ray cluster at {found or 'this machine'}, got {type(error).__name__}: {error}; correct "
            "executor.address, or start one with ray start --head"
        ) from error
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)  # which Ray replaces
    try:
        yield
    finally:
        ray.shutdown()


def _room(options: RayOptions) -> tuple[int, float]:
    """How many actors the cluster has room for at present, at least one and at most `jobs`, and the GPUs of each."""
    import ray

    free = ray.available_resources()
    gpus = options.gpus if options.gpus is not None else float("GPU" in ray.cluster_resources())
    room = free.get("CPU", 0) // options.cpus
    width = max(1, int(min(options.jobs, room, free.get("GPU", 0) // gpus if gpus else room)))
    if width < options.jobs:
        message = f"jobs = {options.jobs}, and the Ray cluster has room for {width} at present: {width} run at a time"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    return width, gpus
