"""Rules that select a model; higher is better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import PositiveInt

from relxfer.contract.data import Domain, Examples
from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell

if TYPE_CHECKING:
    import numpy as np


class ValidatorOptions(Options):
    """How many queries a validator scores."""

    max_queries: PositiveInt = 512
    """How many queries are scored at most for each domain, drawn once with a fixed seed; scoring all can cost more than
    training."""


class TargetVal:
    """The merit of answers (accuracy, 1 / rank, ...) on the target's validation labels, part of the budget."""

    def __init__(self, options: ValidatorOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        return _metric(learner, cell.target, self.options.max_queries)


class SourceVal:
    """The same on each source's validation labels, averaged over the sources."""

    def __init__(self, options: ValidatorOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        scores = [_metric(learner, source, self.options.max_queries) for source in cell.sources]
        return sum(scores) / len(scores)


class LastStep:
    """It scores no model, so that the weights of the last step stay."""

    def __init__(self, options: Any):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> None:
        return None


def _metric(learner: Any, domain: Domain, at_most: int) -> float:
    return float(per_query(learner, domain, some(domain.val, at_most)).mean())


def per_query(learner: Any, domain: Domain, examples: Examples) -> np.ndarray:
    """[n] how well each query is answered, see `Task.merit`."""
    task = domain.task
    return task.merit(task.results(task.judge(learner.predict(examples.hidden()), examples, domain.known())))


def some(examples: Examples | None, at_most: int) -> Examples:
    """At most so many of them, drawn with a fixed seed."""
    from relxfer.seeding import generator

    assert examples is not None
    return examples.take(generator("validation queries").permutation(len(examples))[:at_most])
