"""What the author of an executor implements: a stream of jobs comes in, their outcomes go out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar


class Job(Protocol):
    """One unit of work, such as a cell. It can be pickled and is hashable; equal jobs are the same job.

    index    the number of the cell in the run, or of the source in the experiment
    group    jobs of one group use the same data: a process that does several of them loads it once
    attempt  0, or how many times the job has failed before
    threads  how many threads it computes with
    """

    @property
    def index(self) -> int: ...

    @property
    def group(self) -> str: ...

    @property
    def attempt(self) -> int: ...

    @property
    def threads(self) -> int: ...


J = TypeVar("J", bound=Job)


class Work(Protocol):
    """Does a job, in this process or, where it was pickled to, in another one. Only an interrupt raises.

    The result is for the run alone: an executor hands it on as it is. `device` is where the job computes, such as
    "cuda:1"; without it, the device of the configuration.
    """

    def __call__(self, job: Any, device: str | None = None) -> Any: ...

    def apart(self, job: Any) -> Callable[..., Any]:
        """The work for this one job in a process that does not see the run directory; it is called like this one.

        It takes along what the job needs of it, and the result brings back what the job wrote. Call it when the job is
        handed over, in the process of the run.
        """
        ...

    def end(self) -> None:
        """Tell the jobs in other processes, through the run directory, to save what they have trained, and to end.

        Call it in the process of the run, some seconds before you end processes that do a job.
        """
        ...


@dataclass(frozen=True)
class Failed:
    """What an executor yields in place of a result when a job came to no end, because a process died for example.

    The run tries the job again, at most twice and with no other job beside it; then its cell fails with the reason, and
    the other cells go on.

    job     the job
    reason  what happened and what to do, in words: "the machine was taken back; ask for one that stays"
    """

    job: Job
    reason: str


class Executor(Protocol):
    """Runs the jobs of a run, such as cells, one after another or at the same time.

    width  how many jobs run at the same time; the threads of the configuration are divided among them, unless
    cores  is there: how many cores each worker has of its own

    Where the run is broken off, by an interrupt or because `run` is closed, `run` ends its processes.
    """

    width: int

    def run(self, work: Work, jobs: Iterator[Job | None]) -> Iterator[tuple[Job, Any]]:
        """Call `work(job)` for every job, and yield (job, result) or (job, `Failed`) in the order in which jobs end.

        `jobs` yields a job, or None: there is nothing to start at present, because what comes next depends on jobs that
        have not ended. After None, yield the outcome of at least one job before you ask again. Where `jobs` ends,
        nothing more comes. An outcome is taken note of before the run asks for the next one.

        Args:
            work: it and the jobs can be pickled, so that an executor may send them to other processes.
            jobs: the stream of jobs.
        """
        ...


def batches(jobs: Iterator[J | None]) -> Iterator[list[J]]:
    """The stream of jobs as lists: each holds everything that may start at present, and is never empty.

    Yield the outcomes of all jobs of a list before you ask for the next one.

    >>> from types import SimpleNamespace
    >>> one, two, three = (SimpleNamespace(index=index) for index in range(3))
    >>> [[job.index for job in batch] for batch in batches(iter([one, two, None, three]))]
    [[0, 1], [2]]
    """
    batch: list[J] = []
    for job in jobs:
        if job is not None:
            batch.append(job)
        elif batch:
            yield batch
            batch = []
    if batch:
        yield batch


__all__ = ["Executor", "Failed", "Job", "Work", "batches"]
