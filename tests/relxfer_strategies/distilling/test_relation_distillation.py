"""Distillation: the task's loss and a relation between features of the same rows."""

from __future__ import annotations

import torch
from relxfer_strategies.distilling.relation_distillation import RelationDistillation


class Differences(RelationDistillation):
    """The squared difference of features."""

    def relation(self, student, teacher):
        return (student - teacher).square().mean()


def test_student_and_teacher_are_compared_at_the_rows_of_the_batch(cell, fitted):
    with torch.no_grad():
        cell.learner.module["body"][0].weight += 0.5
    fit = fitted(Differences, None)
    assert fit.streams == (cell.target.train, cell.target.unlabelled)
    labelled, unlabelled = fit.batches()
    teacher = torch.tensor(cell.trainer.features(cell.teacher, cell.target.unlabelled))[unlabelled.rows]
    related = (cell.learner.features(unlabelled) - teacher).square().mean()
    assert related.item() > 0.001
    assert torch.allclose(fit.loss(), cell.learner.loss(labelled) + related)


def test_everything_of_the_student_is_trained(fitted):
    assert fitted(Differences, None).groups is None
