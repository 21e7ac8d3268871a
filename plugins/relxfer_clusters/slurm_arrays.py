"""The executor `slurm`: arrays of Slurm jobs, by submitit. Each task of an array runs several cells in one process."""

from __future__ import annotations

import getpass
import math
import pickle
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import platformdirs

from relxfer.contract.executors import Failed, Job, Work, batches
from relxfer.errors import RelxferError
from relxfer.execute.workers.doing import result_of
from relxfer_clusters.library import library
from relxfer_clusters.options import SlurmOptions
from relxfer_clusters.slurm_task import Task, result_file

#: Seconds between two looks for results, and between two questions to Slurm.
_EVERY = 0.2
_ASKED_EVERY = 5.0
#: Seconds to wait for processes of this machine, which stand for tasks.
_PATIENCE = 10.0
#: Seconds in which the results of a task that is gone become visible on a shared file system.
_LATE = 3.0
#: How often a task that takes longer than `time_min` is requeued.
_REQUEUED = 100


class Slurm:
    """Runs jobs as the tasks of arrays. A task that is lost costs the job that it ran; its others are submitted again.

    cores  of each task
    """

    def __init__(self, options: SlurmOptions):
        self.options, self.width, self.cores = options, options.jobs, options.cpus
        self.submitit = library("submitit", "slurm")

    def run(self, work: Work, jobs: Iterator[Job | None]) -> Iterator[tuple[Job, Any]]:
        """Yield each job with its outcome, as jobs end."""
        above = Path(self.options.folder or platformdirs.user_cache_path("relxfer") / "slurm")
        above.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=above.absolute()))
        array = _Array(self.options, pickle.dumps(work), folder, self.submitit)
        try:
            for batch in batches(jobs):
                array.submit(_chunks(batch, self.options))
                yield from array.ended()
        finally:
            if array.submitted:
                work.end()
            array.close()


def _chunks(batch: list[Job], options: SlurmOptions) -> list[list[Job]]:
    """The jobs of each task: those that use the same data side by side."""
    size = options.cells_per_job or math.ceil(len(batch) / options.jobs)
    ordered = sorted(batch, key=lambda job: job.group)
    return [ordered[at : at + size] for at in range(0, len(ordered), size)]


class _Submitted:
    """A task of an array that has not ended.

    jobs   those of which no outcome has come yet, in their order
    first  the number of the first of them in the task
    gone   when Slurm no longer knew the task
    """

    def __init__(self, task: Task, jobs: list[Job], submitted: Any):
        self.task, self.jobs, self.submitted = task, jobs, submitted
        self.first = 0
        self.gone: float | None = None


class _Array:
    """What is submitted.

    folder  where tasks and the run meet
    """

    def __init__(self, options: SlurmOptions, work: bytes, folder: Path, submitit: Any):
        self.options, self.work, self.folder = options, work, folder
        self.submitted: list[_Submitted] = []
        self._asked = 0.0
        self._count = 0
        self._lost = False
        self._made: list[Any] = []
        self.executor = submitit.AutoExecutor(folder / "%j", cluster=options.cluster, slurm_max_num_timeout=_REQUEUED)
        self.executor.update_parameters(**_parameters(options))

    def submit(self, chunks: Sequence[list[Job]]) -> None:
        """Submit a task for each of these lists of jobs, as one array."""
        tasks = []
        for chunk in chunks:
            self._count += 1
            tasks.append(Task(self.folder / f"results-{self._count}", self.work, [pickle.dumps(job) for job in chunk]))
            tasks[-1].folder.mkdir()
        try:
            with self.executor.batch():
                made = [self.executor.submit(task) for task in tasks]
        except Exception as error:
            raise RelxferError(
                f"expected Slurm to take the jobs, got {type(error).__name__}: {error}; correct the options of the "
                "executor, then run again"
            ) from error
        self._made += made
        self.submitted += [_Submitted(*each) for each in zip(tasks, chunks, made, strict=True)]

    def ended(self) -> Iterator[tuple[Job, Any]]:
        """Every job with its outcome, until all have ended."""
        while self.submitted:
            for each in list(self.submitted):
                late = each.gone is not None and time.monotonic() - each.gone > self._late
                yield from self._results(each)
                if not each.jobs:
                    self.submitted.remove(each)
                elif late:
                    yield self._given_up(each)
            self._ask()
            time.sleep(_EVERY)

    def close(self) -> None:
        """Cancel what has not ended, and remove the folder unless its logs say why a task was lost."""
        self._wait()  # until they have saved, as they were asked to: submitit interrupts local ones at once
        for each in self.submitted:
            each.submitted.cancel(check=False)
        self._wait()
        if not self._lost:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        """Give processes of this machine some seconds to end."""
        until = time.monotonic() + _PATIENCE
        while self.options.cluster == "local" and not all(made.done() for made in self._made):
            if time.monotonic() > until:
                break
            time.sleep(_EVERY / 4)

    @property
    def _late(self) -> float:
        return _LATE if self.options.cluster == "slurm" else 0.0

    def _results(self, each: _Submitted) -> Iterator[tuple[Job, Any]]:
        """The outcomes of a task that have come since the last look."""
        while each.jobs and (path := result_file(each.task.folder, each.first)).exists():
            result, job = result_of(path.read_bytes()), each.jobs.pop(0)
            each.first += 1
            path.write_bytes(b"")  # a task that is requeued need not do it again
            yield job, Failed(job, result) if isinstance(result, str) else result

    def _given_up(self, each: _Submitted) -> tuple[Job, Failed]:
        """The job that a lost task was at; those that come after it are submitted again."""
        job, *after = each.jobs
        self.submitted.remove(each)
        self._lost = True
        if after:
            self.submit([after])
        number = each.submitted.job_id
        return job, Failed(job, f"the Slurm job {number} was lost or cancelled; see its logs in {self.folder}")

    def _ask(self) -> None:
        """Note which tasks Slurm no longer knows."""
        now = time.monotonic()
        if now - self._asked < (_ASKED_EVERY if self.options.cluster == "slurm" else 0):
            return
        self._asked = now
        known = _queue() if self.options.cluster == "slurm" else None
        for each in self.submitted:
            gone = each.submitted.done() if self.options.cluster == "local" else _gone(each.submitted.job_id, known)
            if not gone:
                each.gone = None
            elif each.gone is None:
                each.gone = now


def _parameters(options: SlurmOptions) -> dict[str, Any]:
    """The parameters of submitit."""
    made: dict[str, Any] = {
        "name": "relxfer",
        "timeout_min": options.time_min,
        "cpus_per_task": options.cpus,
        "slurm_array_parallelism": options.jobs,
        "slurm_signal_delay_s": options.signal_delay_s,
        "slurm_setup": options.setup,
        "local_setup": options.setup,
        "slurm_partition": options.partition,
        "slurm_account": options.account,
        "slurm_additional_parameters": {"requeue": True, **options.sbatch},
        "gpus_per_node": options.gpus or None,
        "mem_gb": options.mem_gb,
    }
    return {name: value for name, value in made.items() if value is not None}


def _queue() -> set[str] | None:
    """The tasks of this user that Slurm knows; None where it does not answer."""
    command = ["squeue", "--noheader", "--array", "--user", getpass.getuser(), "--format", "%i"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(asked.stdout.split()) if asked.returncode == 0 else None


def _gone(number: str, known: set[str] | None) -> bool:
    return known is not None and number not in known
