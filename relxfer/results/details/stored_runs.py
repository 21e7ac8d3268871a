"""The runs of a row as they are stored: the results of its task for every query, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from relxfer.contract.breakdowns import Answered
from relxfer.contract.tasks import Task
from relxfer.judge import reliability
from relxfer.judge.reliability import Confident
from relxfer.results.details.evaluations import Evaluations
from relxfer.results.runs import Runs
from relxfer.store import stored_names


class Test(Protocol):
    """Names of the queries of a test and of their answers, which only a sealed test can give."""

    def kinds(self) -> list[str]:
        """[n] of which kind each query is, by name."""
        ...

    def asked(self, rows: np.ndarray) -> list[tuple[dict[str, str], str]]:
        """These queries by name, column -> name, and their answers in words."""
        ...


@dataclass(frozen=True)
class StoredRun:
    """One run.

    results    what `Task.results` made of it
    confident  probabilities; None where there are none
    items      [n] int: what counts as one in calibration: groups, or items where there are none
    """

    results: Any
    confident: Confident | None
    items: np.ndarray

    def answered(self, task: Task) -> Answered:
        """How each query was answered."""
        return task.answered(self.results)

    def predicted(self, answered: Answered) -> np.ndarray | None:
        """What was predicted: by the task, or the best candidate of an open one; None where it was not stored."""
        if answered.predicted is not None or self.confident is None:
            return answered.predicted
        return self.confident.best

    @property
    def probability(self) -> np.ndarray | None:
        """[n] float: of what was predicted; None where there is none, or it is one for each of several labels."""
        if self.confident is None:
            return None
        likely = self.confident.likely
        return likely if likely is not None else self.confident.shown if self.confident.shown.ndim == 1 else None


def read(evaluations: Evaluations, runs: Runs, task: Task, ties: str) -> Sequence[StoredRun]:
    """The different runs of a row; where all seeds share one, it alone."""
    made = []
    for evaluation in dict.fromkeys(runs.evaluations.values()):
        arrays, _ = evaluations.read(evaluation)
        confident = reliability.taken_from(arrays)
        items = arrays.get(stored_names.GROUPS, arrays[stored_names.UNITS])
        made.append(StoredRun(type(task).results(arrays, ties), confident, items))
    return made
