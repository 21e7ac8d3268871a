"""Co-training: the sources' task together with what a stage without labels learns."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import PositiveFloat, PositiveInt

from relxfer.authoring.device import device_of
from relxfer.contract.only_with import OnlyWith
from relxfer.contract.options import Searched
from relxfer.contract.strategies import Cell, ParameterGroup
from relxfer_strategies.unlabelled.pretraining import PretrainingOptions, own_group, unlabelled


class CoTrainOptions(PretrainingOptions):
    """Which loss without labels is added, on whose inputs."""

    stage: Literal["dgi", "grace"] = "dgi"
    """The stage whose loss is added to the task loss."""
    stage_loss_weight: Annotated[PositiveFloat, Searched(factor=10)] = 1.0
    """Factor on the stage's loss beside the task loss, above 0."""
    temperature: Annotated[PositiveFloat, OnlyWith(stage="grace")] = 0.5
    """As of grace: cosines are divided by it, above 0; with grace only."""
    projection_width: Annotated[PositiveInt, OnlyWith(stage="grace")] = 128
    """As of grace: width of the two layers of the projection; with grace only."""


class CoTrain:
    """min L_task + stage_loss_weight · L_stage in every step: the mean over sources of the task's loss, and the sum
    over inputs of the stage's.

    The body serves both at once, where stages serve one after the other (You et al. 2020, "When does self-supervision
    help graph convolutional networks?", multi-task learning).
    """

    def __init__(self, options: CoTrainOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner, labelled = cell.learner, [source.train for source in cell.sources]
        objective = self.objective(learner.width).to(device_of(learner))

        def loss(step: Any, *batches: Any) -> Any:
            task = sum(learner.loss(batch) for batch in batches[: len(labelled)]) / len(labelled)
            added = sum(objective(learner, batch) for batch in batches[len(labelled) :])
            step.log(method_loss=float(added.detach()))
            return task + self.options.stage_loss_weight * added

        groups = {"learner": ParameterGroup(learner.module)} | own_group(objective)
        inputs = unlabelled(cell, self.options.inputs)
        cell.trainer.fit(learner, loss, *labelled, *inputs, groups=groups, keep={"objective": objective})
        return learner

    def objective(self, width: int) -> Any:
        from relxfer_strategies.unlabelled.contrasts import Infomax, TwoViews

        options = self.options
        if options.stage == "dgi":
            return Infomax(width)
        return TwoViews(width, options.projection_width, options.temperature)
