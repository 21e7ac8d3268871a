"""Co-training: the sources' task together with what a stage without labels learns."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import PositiveFloat

from relxfer.contract.strategies import Cell
from relxfer_strategies.unlabelled.grace import ContrastOptions
from relxfer_strategies.unlabelled.pretraining import PretrainingOptions, own_group, unlabelled


class CoTrainOptions(ContrastOptions, PretrainingOptions):
    """Which loss without labels is added, on whose inputs."""

    stage: Literal["dgi", "grace"] = "dgi"
    """The stage whose loss it is; temperature and hidden are those of grace."""
    weight: PositiveFloat = 1.0
    """Factor on it."""


class CoTrain:
    """min mean over sources of the task's loss + weight · sum over inputs of the stage's loss, in every step.

    The body serves both at once, where stages serve one after the other (You et al. 2020, "When does self-supervision
    help graph convolutional networks?", multi-task learning).
    """

    def __init__(self, options: CoTrainOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner, labelled = cell.learner, [source.train for source in cell.sources]
        objective = self.objective(learner.width).to(next(learner.module.parameters()).device)

        def loss(step: Any, *batches: Any) -> Any:
            task = sum(learner.loss(batch) for batch in batches[: len(labelled)]) / len(labelled)
            added = sum(objective(learner, batch) for batch in batches[len(labelled) :])
            step.log(method_loss=float(added.detach()))
            return task + self.options.weight * added

        groups = {"learner": (learner.module, 1.0)} | own_group(objective)
        inputs = unlabelled(cell, self.options.inputs)
        cell.trainer.fit(learner, loss, *labelled, *inputs, groups=groups, keep={"objective": objective})
        return learner

    def objective(self, width: int) -> Any:
        from relxfer_strategies.unlabelled.contrasts import Infomax, TwoViews

        wanted = self.options
        return Infomax(width) if wanted.stage == "dgi" else TwoViews(width, wanted.hidden, wanted.temperature)
