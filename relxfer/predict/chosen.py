"""Trained models that were chosen to answer questions about a target together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.learners import Learner
from relxfer.contract.tasks import Task
from relxfer.declare.experiment import Chosen
from relxfer.errors import DataError
from relxfer.execute.artefacts import Artefact
from relxfer.execute.sealed import known_to
from relxfer.execute.stored.about import Calibration
from relxfer.execute.stored.calibration import probabilities, uncalibrated
from relxfer.judge.conformal import Conformity
from relxfer.judge.metrics.known_answers import Filter
from relxfer.plugins.finder import Plugins
from relxfer.results.records import Budget


@dataclass(frozen=True)
class Wanted:
    """Whose answers are wanted, and what may be known for them.

    strategy   name; None: the best row by validation
    target     name; None: the first
    cell       the beginning of an id, in place of a row
    seed       of a single model of the row; None: all of them answer together
    config     the user's configuration, instead of the one in the run directory
    as_judged  know only what the experiment let its models know; what was held out may be answered
    facts      a file of further observed inputs
    budget     label budget of the row; None: the largest
    """

    strategy: str | None = None
    target: str | None = None
    cell: str | None = None
    seed: int | None = None
    config: Path | None = None
    as_judged: bool = False
    facts: Path | None = None
    budget: Budget | None = None


@dataclass(frozen=True)
class Member:
    """One of the models.

    calibrated   from scores [b, C] to calibrated probabilities; None if the model was not calibrated
    conformity   of the right answers of validation, from which sets of answers are made; None if there is none
    model        the architecture, with its options
    calibration  by which `calibrated` was made
    """

    learner: Learner
    calibrated: Callable[[np.ndarray], np.ndarray] | None = None
    conformity: Conformity | None = None
    model: Chosen | None = None
    calibration: Calibration | None = None

    @classmethod
    def of(cls, learner: Learner, artefact: Artefact, plugins: Plugins) -> Member:
        """With the calibration of the artefact.

        Raises:
            UnfitArtefact: no plugin offers the calibrator.
        """
        fitted = artefact.about.calibration
        of = probabilities(fitted, plugins) if fitted else None
        return cls(learner, of, artefact.about.conformity, artefact.model, fitted)


@dataclass(frozen=True)
class ChosenRow:
    """The models of a row, one for each of its seeds, that answer questions about its target together.

    description  which models they are and why, as a sentence for the user
    members      at least one, all of the same task
    domain       the target, with what the models know when they answer: without splits that are held out
    cell         id of the cell, or of all of them; of a model that was moved, its own
    """

    description: str
    members: tuple[Member, ...]
    domain: Domain
    cell: str

    @property
    def learner(self) -> Learner:
        """That of the first model."""
        return self.members[0].learner

    def first(self) -> ChosenRow:
        """The first model alone, where what several have cannot be joined: their weights, their features."""
        if len(self.members) == 1:
            return self
        about = f"the first of {len(self.members)} models of {self.description}"
        return replace(self, description=about, members=self.members[:1])

    @property
    def shows(self) -> str:
        """What is shown of a score: "probability", "score" or "value"."""
        return "probability" if all(member.calibrated for member in self.members) else self.domain.task.shows

    def probable(self) -> ChosenRow:
        """The same models, with probabilities also where they were not calibrated."""
        task = self.domain.task
        members = [replace(m, calibrated=m.calibrated or uncalibrated(task)) for m in self.members]
        return replace(self, members=tuple(members))

    def known_to(self, asked: Examples) -> Filter | None:
        """The known answers to these queries, which are not predicted again; None if the task is not ranking."""
        return known_to(self.domain, asked)


def check_answers(artefact: Artefact, domain: Domain, do: str) -> None:
    """Check that a model has learnt the answers of a domain: attaching would else give it a new, untrained head.

    do  what to do about other answers, for the message

    Raises:
        DataError: it has not.
    """
    learnt = artefact.tasks
    if not any(task.same_as(domain.task) for task in learnt):
        trained_on = _named(learnt[0]) if learnt else "none"
        raise DataError(
            f"expected in '{domain.name}' the answers that the model has learnt, {trained_on}, got "
            f"{_named(domain.task)}: the data have changed since the run; {do}"
        )


def together(members: Sequence[Member], task: Task) -> tuple[Member, ...]:
    """The members that can answer together: the first alone, where a column of scores means something else in each."""
    return tuple(members) if task.aligned else tuple(members[:1])


def _named(task: Task, most: int = 10) -> str:
    more = f" ... {len(task.answers) - most:,} more" * (len(task.answers) > most)
    return f"{', '.join(task.answers[:most]) or task.kind}{more}"
