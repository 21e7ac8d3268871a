"""Classes that count equally in training, however many labels each has (`training.balance`).

Of one set of labels, both ways minimise, on average over batches, 1/C · sum_c mean_{i: y_i = c} l_i over the C classes
that have labels. Of several sets, `sampling` balances each, and `loss` all labels together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from relxfer.contract.data import Examples
from relxfer.errors import Incompatible


def chances(learner: Any, examples: Examples) -> np.ndarray | None:
    """[n]: with which probability an example is drawn, p_i = 1 / (C n_(y_i)) with n_c labels of class c.

    None where the examples have no answers. Raises `Incompatible` where the task has no classes.

    >>> from types import SimpleNamespace
    >>> learner = SimpleNamespace(task=SimpleNamespace(kind="some", strata=lambda answers: answers))
    >>> chances(learner, Examples(None, np.arange(4), np.array([0, 0, 0, 2]))).round(3).tolist()
    [0.167, 0.167, 0.167, 0.5]
    """
    if examples.answers is None:
        return None
    _, place, counts = np.unique(_classes(learner, examples.answers), return_inverse=True, return_counts=True)
    return np.asarray(1 / (len(counts) * counts[place]))


@contextmanager
def weighted(learner: Any, streams: Sequence[Examples]) -> Iterator[None]:
    """Inside, the loss of the learner has the weight w_c = n / (C n_c) of each class, of the n labels of all streams.

    Raises:
        Incompatible: the task has no classes, or the learner takes no weights.
    """
    answers = [examples.answers for examples in streams if examples.answers is not None]
    if not answers:
        yield
        return
    classes, counts = np.unique(_classes(learner, np.concatenate(answers)), return_counts=True)
    if not hasattr(learner, "class_weights"):
        raise Incompatible(
            'a learner whose loss takes weights of classes for training.balance = "loss"',
            type(learner).__name__,
            'write balance = "sampling"',
        )
    learner.class_weights = dict(zip(classes.tolist(), (counts.sum() / (len(counts) * counts)).tolist(), strict=True))
    try:
        yield
    finally:
        learner.class_weights = None


def _classes(learner: Any, answers: np.ndarray) -> np.ndarray:
    task = getattr(learner, "task", None)
    made: np.ndarray | None = None if task is None else task.strata(answers)
    if made is None:
        got = type(learner).__name__ if task is None else task.kind
        raise Incompatible("a task with classes for training.balance", got, "remove it")
    return made
