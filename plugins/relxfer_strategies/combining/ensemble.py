"""Ensembles: one strategy several times with other random numbers, or several, such as one with several options."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from relxfer.authoring.ensemble import EnsembleLearner
from relxfer.contract.options import Options, StrategyOption
from relxfer.contract.strategies import Cell

#: Members of one strategy, where nothing says how many.
USUAL = 5


class EnsembleOptions(Options):
    """Which strategies, and how many members."""

    of: StrategyOption
    """The strategy of the members, by name or as a table with its options."""
    also: tuple[StrategyOption, ...] = ()
    """Further strategies, such as the same one with other options; members take `of` and these in turn."""
    members: Annotated[int, Field(ge=2, le=64)] | None = None
    """Number of members, 2 to 64; each has an equal share of the step budget. Unset: 5, or with `also` one of each."""

    @property
    def each(self) -> list[StrategyOption]:
        """The strategy of each member."""
        listed = self.of, *self.also
        count = self.members or (len(listed) if self.also else USUAL)
        return [listed[index % len(listed)] for index in range(count)]


class Ensemble:
    """p(y|x) = 1/M · sum_m p_m(y|x) for classes, and the mean of the scores for everything else, of M members.

    Each member begins with the same source model, a new head drawn for it where the head is new, and its own order of
    batches and noise. Lakshminarayanan et al. (2017), "Simple and scalable predictive uncertainty estimation using deep
    ensembles", section 2.4, without adversarial training: the members see all of the training data.

    Members of one strategy with several options, such as learning rates, stand in for a choice among these options: a
    hyper-parameter ensemble (Wenzel et al. 2020), which needs no validation labels.
    """

    def __init__(self, options: EnsembleOptions):
        self.options = options

    @property
    def learns_validation(self) -> bool:
        """Whether a member does."""
        return any(getattr(of.build(), "learns_validation", False) for of in self.options.each)

    def transfer(self, cell: Cell) -> Any:
        assert cell.another is not None
        learners, each = [], self.options.each
        for index, of in enumerate(each):
            name = f"member-{index}"
            part = cell.part(name, 1 / len(each), cell.another(name) if index else cell.learner)
            learners.append(of.build().transfer(part))
        return EnsembleLearner(learners, mean="probabilities" if cell.target.task.classes else "scores")
