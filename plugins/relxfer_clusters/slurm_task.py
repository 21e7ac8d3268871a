"""A task of an array under Slurm: it runs cells one after the other, and goes on with them after a requeue."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.execute.workers.doing import done
from relxfer.store import files
from relxfer.train.stopping import TERMINATED, Terminated, terminable


def result_file(folder: Path, number: int) -> Path:
    """The file for what comes of the job of a number, from 0."""
    return folder / f"{number}.pickle"


@dataclass(frozen=True)
class Task:
    """What submitit runs on a node.

    folder  for the results; only this user can write there, whose pickles they are
    work    pickled
    jobs    each pickled
    """

    folder: Path
    work: bytes
    jobs: list[bytes]

    def __call__(self) -> None:
        """Do the jobs of which there is no result yet.

        Slurm sends SIGUSR2 before the time is up, and SIGTERM before it takes the node for others; submitit would do
        nothing about the second. Both are answered between two steps of training, when it is saved.
        """
        requeue = signal.getsignal(signal.SIGUSR2)
        try:
            with terminable(signal.SIGUSR2, signal.SIGTERM):
                for number, job in enumerate(self.jobs):
                    path = result_file(self.folder, number)
                    if not path.exists():
                        files.write_bytes(path, done(self.work, job))
        except Terminated as asked:
            if callable(requeue) and (asked.number == signal.SIGUSR2 or _preempted()):
                requeue(signal.SIGUSR2, None)
            os._exit(TERMINATED)

    def checkpoint(self) -> Any:
        """What submitit runs after a requeue: the same, which finds what is done."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self)


def _preempted() -> bool:
    """Whether Slurm takes the node away with notice, so that the task has to requeue itself.

    A task that was cancelled, or that Slurm requeues itself, is no longer running in its eyes.
    """
    task = os.environ.get("SLURM_JOB_ID")
    if task is None:
        return False
    command = ["squeue", "--noheader", "--job", task, "--format", "%T"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == "RUNNING"
