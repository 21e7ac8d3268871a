"""Co-tuning: fine-tuning that trains the source's head along, on what it predicts of each class of the target."""

from __future__ import annotations

import copy
from typing import Annotated, Any

import numpy as np
from pydantic import NonNegativeFloat

from relxfer.contract.options import Searched
from relxfer.contract.strategies import Cell, ParameterGroup
from relxfer_strategies.tuning.learning_rates import LearningRates


class CoTuningOptions(LearningRates):
    """Strength of the source task."""

    source_loss_weight: Annotated[NonNegativeFloat, Searched(factor=10)] = 1.0
    """Factor on the loss of the source's head beside the task loss, from 0."""


class CoTuning:
    """l(h_T(phi(x)), y) + source_loss_weight · H(p(y_S | y), softmax h_S(phi(x))) (You et al. 2020, eq. 1).

    p(y_S | y) is the mean prediction of the source model over the target's labelled examples of class y (the paper's
    direct approach), l the task's loss and H the cross-entropy. h_S starts as the source's head, is trained along, and
    is dropped at the end.
    """

    def __init__(self, options: CoTuningOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        learner, options, train = cell.learner, self.options, cell.target.train
        found = cell.trainer.once(learner, lambda: {"relationship": relationship(cell.teacher, train)})
        source_head, expected = copy.deepcopy(cell.teacher.head), torch.from_numpy(found["relationship"])

        def loss(step: Any, batch: Any) -> Any:
            features = learner.features(batch)
            predicted = source_head(features).log_softmax(1)
            source_loss = -(expected.to(features.device)[batch.labels] * predicted).sum(1).mean()
            return learner.loss(batch, learner.head(features)) + options.source_loss_weight * source_loss

        groups = {**options.groups(learner), "source head": ParameterGroup(source_head, options.lr_factor)}
        cell.trainer.fit(learner, loss, train, groups=groups, keep={"source head": source_head})
        return learner


def relationship(teacher: Any, labelled: Any) -> np.ndarray:
    """float32 [target classes, source classes]: p(y_S | y), rows of classes without a label 0."""
    from scipy.special import softmax

    predicted = softmax(np.concatenate(list(teacher.predict(labelled.hidden()))), axis=1)
    members = np.eye(labelled.answers.max() + 1)[labelled.answers]
    return (members.T @ predicted / np.maximum(members.sum(0), 1)[:, None]).astype(np.float32)
