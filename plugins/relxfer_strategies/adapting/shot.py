"""SHOT: adaptation of the features to a target without data of the source, under the source's head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import Field, PositiveInt

from relxfer.contract.options import Options, Searched
from relxfer.contract.strategies import Cell, ParameterGroup, Step
from relxfer.judge.metrics.classification import softmax

if TYPE_CHECKING:
    from torch import Tensor


class SHOTOptions(Options):
    """Weight of the pseudo-labels, and how often they are computed."""

    pseudo_weight: Annotated[float, Field(ge=0), Searched(low=0.01, high=1.0, log=True)] = 0.3
    """Factor on the cross-entropy with the pseudo-labels, from 0 (beta in the paper)."""
    rounds: PositiveInt = 5
    """Equal parts of training, before each of which all pseudo-labels are computed anew."""


class SHOT:
    """Minimise over the features f, under the fixed head h of the source, with p = softmax(h(f(x))) (Liang et al.
    2020):

    mean_x H(p(x)) - H(mean_x p(x)) + pseudo_weight · mean_x -log p(x)_y(x)

    over the target's inputs, where H is the entropy in nats and y(x) the pseudo-label (see `pseudo_labels`).
    """

    def __init__(self, options: SHOTOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        learner, inputs = cell.learner, cell.target.unlabelled
        groups = {name: ParameterGroup(part) for name, part in learner.parts() if part is not learner.head}
        for _ in range(self.options.rounds):
            found = cell.trainer.once(learner, lambda: {"labels": _labelled(cell)})
            cell.trainer.fit(
                learner, self._loss(learner, found["labels"]), inputs, share=1 / self.options.rounds, groups=groups
            )
        return learner

    def _loss(self, learner: Any, labels: np.ndarray) -> Any:
        import torch
        import torch.nn.functional as F

        from relxfer.authoring.joint_training import diagnostics

        def loss(step: Step, batch: Any) -> Tensor:
            features = learner.features(batch)
            scores = learner.head(features)
            wanted = torch.as_tensor(labels[batch.rows], device=scores.device)
            information, pseudo = information_loss(scores), F.cross_entropy(scores, wanted)
            step.log(
                method_loss=float(information.detach()),
                pseudo_loss=float(pseudo.detach()),
                **diagnostics(features, scores),
            )
            return information + self.options.pseudo_weight * pseudo

        return loss


def information_loss(scores: Tensor) -> Tensor:
    """Mean entropy of the predictions less that of the mean prediction, in nats, from scores [b, C] (eqs. 2 and 3)."""
    logs = scores.log_softmax(1)
    mean = logs.exp().mean(0)
    return -(logs.exp() * logs).sum(1).mean() + (mean * mean.clamp(min=1e-12).log()).sum()


def _labelled(cell: Cell) -> np.ndarray:
    """[n] int64, of all the target's inputs by the weights as they are now."""
    learner, inputs = cell.learner, cell.target.unlabelled
    scores = np.concatenate(list(learner.predict(inputs)))
    return pseudo_labels(cell.trainer.features(learner, inputs), softmax(scores))


def pseudo_labels(features: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """[n] int64: the class whose centre is the nearest by the cosine (eqs. 4 to 6).

    Centres are means of the features, first weighted by the predictions, then of those that are nearest to each. A
    class that is nearest to none has no second centre.

    features   [n, width]
    predicted  [n, C], rows with sum 1

    >>> features = np.array([[1.0, 0.0], [0.9, 0.2], [0.0, 1.0], [0.7, 0.6]])
    >>> predicted = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.4, 0.6]])
    >>> pseudo_labels(features, predicted).tolist()
    [0, 0, 1, 1]
    """
    features = features.astype(np.float64)
    nearest = _nearest(features, predicted)
    return _nearest(features, np.eye(predicted.shape[1])[nearest])


def _nearest(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """[n]: of the means of the features by the weights of each class [n, C], the nearest by the cosine."""
    from sklearn.preprocessing import normalize

    totals = weights.sum(0)
    centres = (weights.T @ features) / np.maximum(totals, 1e-12)[:, None]
    cosines = normalize(features) @ normalize(centres).T
    return np.where(totals > 0, cosines, -np.inf).argmax(1)
