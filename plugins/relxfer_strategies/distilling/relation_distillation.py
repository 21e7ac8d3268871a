"""Distillation of a teacher's relations between examples into a fresh student (relational-knowledge transfer)."""

from __future__ import annotations

from typing import Any

from relxfer.contract.strategies import Cell


class RelationDistillation:
    """l(f(x), y) on the target's labels + `relation` between the features of student and teacher on its inputs.

    The teacher's features are computed once, as the teacher prepares the inputs and without augmentation; they are
    found by the rows of the student's batch, so that student and teacher may prepare the same input differently.
    """

    def __init__(self, options: Any):
        self.options = options

    def relation(self, student: Any, teacher: Any) -> Any:
        """A loss of features [b, width] of the same rows; the two widths may differ."""
        raise NotImplementedError

    def transfer(self, cell: Cell) -> Any:
        import torch

        learner, inputs = cell.learner, cell.target.unlabelled
        teacher = torch.tensor(cell.trainer.features(cell.teacher, inputs))

        def loss(step: Any, labelled: Any, batch: Any) -> Any:
            features = learner.features(batch)
            return learner.loss(labelled) + self.relation(features, teacher[batch.rows].to(features.device))

        cell.trainer.fit(learner, loss, cell.target.train, inputs)
        return learner
