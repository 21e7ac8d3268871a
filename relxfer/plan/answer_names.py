"""The answers of source and target brought together by their names: their order, and other names for the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.tasks import Task


def ordered_as(domain: Domain, tasks: Sequence[Task]) -> Domain:
    """The domain with its answers in the order in which the first of `tasks` with the same answers has them.

    >>> from relxfer import Classification
    >>> examples = Examples("inputs", np.arange(3), np.array([0, 1, 1]))
    >>> made = ordered_as(Domain("d", Classification(("cat", "dog")), train=examples), [Classification(("dog", "cat"))])
    >>> made.task.answers, made.train.answers.tolist()
    (('dog', 'cat'), [1, 0, 0])
    """
    own = domain.task
    wanted = next((task.answers for task in tasks if own.same_as(task)), own.answers)
    if own.open or own.answers == wanted:
        return domain
    order = np.array([own.answers.index(name) for name in wanted])
    return replace(
        domain,
        task=replace(own, answers=wanted),
        train=_moved(domain.train, order),
        val=_moved(domain.val, order),
        unlabelled=_moved(domain.unlabelled, order),
        test=_moved(domain.test, order),
    )


def _moved(examples: Examples | None, order: np.ndarray) -> Examples | None:
    """With column `order[i]`, or class `order[i]`, as the i-th."""
    if examples is None or examples.answers is None:
        return examples
    columns = examples.answers.ndim > 1
    return replace(examples, answers=examples.answers[:, order] if columns else _classes(examples.answers, order))


def _classes(answers: np.ndarray, order: np.ndarray) -> np.ndarray:
    """A single number, which has no order, stays as it is."""
    return np.argsort(order)[answers].astype(answers.dtype) if len(order) > 1 else answers


def called(domain: Domain, names: Mapping[str, str]) -> Domain:
    """The domain with other names for its answers; those that `names` has not keep theirs."""
    made = domain.task.called(names)
    return domain if made is domain.task else replace(domain, task=made)


def unanswered(domain: Domain) -> bool:
    """Whether nothing is known of the answers of a domain, not even their names."""
    return not domain.task.open and not domain.task.answers
