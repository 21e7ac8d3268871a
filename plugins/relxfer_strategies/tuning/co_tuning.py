"""Co-tuning: fine-tuning that keeps the source's head busy with the target's classes (relational knowledge)."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from pydantic import NonNegativeFloat

from relxfer.contract.strategies import Cell
from relxfer_strategies.tuning.tuning import TuningOptions


class CoTuningOptions(TuningOptions):
    """Strength of the source task."""

    weight: NonNegativeFloat = 1.0
    """Weight of the loss of the source's head."""


class CoTuning:
    """l(h_T(phi(x)), y) + weight * H(p(y_S | y), softmax h_S(phi(x))) (You et al. 2020, eq. 1).

    p(y_S | y) is the mean prediction of the source model over the target's labelled examples of class y (the paper's
    direct approach). h_S starts as the source's head, is trained along, and is dropped at the end.
    """

    def __init__(self, options: CoTuningOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        learner, wanted, train = cell.learner, self.options, cell.target.train
        found = cell.trainer.once(learner, lambda: {"relationship": relationship(cell.teacher, train)})
        head, expected = copy.deepcopy(cell.teacher.head), torch.from_numpy(found["relationship"])

        def loss(step: Any, batch: Any) -> Any:
            features = learner.features(batch)
            predicted = head(features).log_softmax(1)
            source = -(expected.to(features.device)[batch.labels] * predicted).sum(1).mean()
            return learner.loss(batch, learner.head(features)) + wanted.weight * source

        groups = {**wanted.groups(learner), "source head": (head, wanted.lr)}
        cell.trainer.fit(learner, loss, train, groups=groups, keep={"source head": head})
        return learner


def relationship(teacher: Any, labelled: Any) -> np.ndarray:
    """float32 [target classes, source classes]: p(y_S | y), rows of classes without a label 0."""
    from scipy.special import softmax

    predicted = softmax(np.concatenate(list(teacher.predict(labelled.hidden()))), axis=1)
    members = np.eye(labelled.answers.max() + 1)[labelled.answers]
    return (members.T @ predicted / np.maximum(members.sum(0), 1)[:, None]).astype(np.float32)
