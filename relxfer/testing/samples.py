"""Answers of a task, and scores that answer them more or less well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.records import TaskKind
from relxfer.contract.tasks import Task
from relxfer.plugins.finder import Plugins, load_object
from relxfer.seeding import generator

NAMES = ("red", "green", "blue")
#: Candidates of a ranking, so many that an answer is not among the first by chance.
_MANY = tuple(f"candidate-{number}" for number in range(24))


@dataclass(frozen=True)
class Sample:
    """A task with n queries that are answered.

    task     what is asked
    answers  [n] or [n, C]: the right answers
    right    [n, C] float: scores that answer every query rightly
    """

    task: Task
    answers: np.ndarray
    right: np.ndarray

    def __len__(self) -> int:
        return len(self.answers)

    def noisy(self, noise: float, seed: int = 0) -> np.ndarray:
        """[n, C]: scores that are right up to noise, in units of the spread of right ones."""
        spread = self.right.std() or 1.0
        return self.right + noise * spread * generator("noise", seed).normal(size=self.right.shape)

    def noise(self, seed: int = 0) -> np.ndarray:
        """[n, C]: scores that know nothing."""
        made = generator("nothing", seed).normal(size=self.right.shape)
        return np.asarray(self.right.mean() + (self.right.std() or 1.0) * made)

    def take(self, rows: np.ndarray) -> Sample:
        """These queries."""
        return replace(self, answers=self.answers[rows], right=self.right[rows])

    def examples(self) -> Examples:
        """The queries with their answers; no two are the same."""
        return Examples(None, np.stack([np.arange(len(self)), np.zeros(len(self), int)], 1), self.answers)


def sample_of(kind: type[Task], count: int = 120) -> Sample:
    """A sample of a kind of task whose answers are classes, numbers, or labels.

    Raises:
        LookupError: it cannot be made with names of answers alone, or refuses what is made; make a sample yourself.

    >>> from relxfer import Classification
    >>> made = sample_of(Classification, 4)
    >>> made.answers.shape, made.right.shape
    ((4,), (4, 3))
    """
    for names in (_MANY, NAMES, ("absent", "present")):
        try:
            task = kind(answers=names)  # type: ignore[call-arg]
        except TypeError as error:
            raise LookupError(f"{kind.__name__} is not made of names of answers: {error}") from None
        for answers, right in _answers(task, count):
            if (len(names) > len(NAMES)) == (answers.ndim == 1 and not task.classes) and task.problem(answers) is None:
                return Sample(task, answers, right)
    raise LookupError(f"{kind.__name__} takes neither classes, numbers nor labels as answers")


def samples_of(plugins: Plugins, tasks: Iterable[str]) -> Iterator[Sample]:
    """A sample of each kind of task by its name; `LookupError` as for `sample_of`."""
    for name in tasks:
        yield sample_of(load_object(plugins.find(TaskKind.kind, name).record.load))


def _answers(task: Task, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Answers that a task may take, each with right scores: numbers, classes or candidates, labels."""
    rng, width = generator("sample", task.kind), task.width
    if not task.ranked:
        values = rng.normal(3.0, 2.0, (count, width))
        yield values, values
    chosen = rng.integers(0, width, count)
    yield chosen, 4.0 * np.eye(width)[chosen] - 2
    several = rng.integers(0, 2, (count, width))
    yield several, 4.0 * several - 2
