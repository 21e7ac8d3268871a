"""A deep ensemble: one strategy several times, with other random numbers each time."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from relxfer.authoring.ensemble import EnsembleLearner
from relxfer.contract.options import Options, StrategyOption
from relxfer.contract.strategies import Cell


class EnsembleOptions(Options):
    """Which strategy, and how often."""

    of: StrategyOption
    """The strategy of each member, by name or as a table with its options."""
    members: Annotated[int, Field(ge=2, le=64)] = 5
    """Number of members, 2 to 64; each has an equal share of the step budget."""


class Ensemble:
    """p(y|x) = 1/M · sum_m p_m(y|x) for classes, and the mean of the scores for everything else; M is `members`.

    Each member begins with the same source model, a new head drawn for it where the head is new, and its own order of
    batches and noise. Lakshminarayanan et al. (2017), "Simple and scalable predictive uncertainty estimation using deep
    ensembles", section 2.4, without adversarial training: the members see all of the training data.
    """

    def __init__(self, options: EnsembleOptions):
        self.options = options

    @property
    def learns_validation(self) -> bool:
        """Whether its members do."""
        return bool(getattr(self.options.of.build(), "learns_validation", False))

    def transfer(self, cell: Cell) -> Any:
        assert cell.another is not None
        count = self.options.members
        learners = []
        for index in range(count):
            name = f"member-{index}"
            part = cell.part(name, 1 / count, cell.another(name) if index else cell.learner)
            learners.append(self.options.of.build().transfer(part))
        return EnsembleLearner(learners, mean="probabilities" if cell.target.task.classes else "scores")
