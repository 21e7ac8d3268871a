"""A trained model that was chosen to answer questions about its target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from relxfer.contract.data import Domain
from relxfer.contract.learners import Learner
from relxfer.contract.tasks import Task
from relxfer.errors import DataError
from relxfer.execute.artefacts import Artefact
from relxfer.execute.sealed import Sealed
from relxfer.execute.stored.calibration import probabilities
from relxfer.plugins.finder import Plugins


@dataclass(frozen=True)
class ChosenCell:
    """A transferred model that answers questions about its target.

    description  which model it is, as a sentence for the user
    data         the target, whose known answers are left out of predictions
    cell         id of the cell, or of the model itself where it was moved
    calibrated   from scores [b, C] to calibrated probabilities; None if the model was not calibrated
    """

    description: str
    learner: Learner
    data: Sealed
    cell: str
    calibrated: Callable[[np.ndarray], np.ndarray] | None = None

    @classmethod
    def of(
        cls, description: str, learner: Learner, data: Sealed, cell: str, artefact: Artefact, plugins: Plugins
    ) -> ChosenCell:
        """With the calibration of the artefact.

        Raises:
            DataError: the target has other answers than the model has learnt.
            UnfitArtefact: no plugin offers the calibrator.
        """
        check_answers(artefact, data.domain, "name the data that it was trained for")
        fitted = artefact.about.calibration
        return cls(description, learner, data, cell, probabilities(fitted, plugins) if fitted else None)

    @property
    def domain(self) -> Domain:
        """The target without its test."""
        return self.data.domain


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


def _named(task: Task, most: int = 10) -> str:
    more = f" ... {len(task.answers) - most:,} more" * (len(task.answers) > most)
    return f"{', '.join(task.answers[:most]) or task.kind}{more}"
