"""Transferability of a source model: estimators of how well its features and predictions fit the target's labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from relxfer.choose import transferability
from relxfer.contract.data import Examples
from relxfer.contract.learners import HasFeatures

#: measure -> function of features [n, D] and answers [n]
OF_FEATURES: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "logme": transferability.logme,
    "h-score": transferability.h_score,
    "knn": transferability.knn,
}
#: measure -> function of the source model's probabilities [n, Z] and answers [n]
OF_PREDICTIONS: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "leep": transferability.leep,
    "nce": lambda probabilities, answers: transferability.nce(probabilities.argmax(1), answers),
}
#: A baseline for the measures: log2 of the number of parameters, which does not depend on the target.
PARAMETERS = "parameters"


def measures(learner: HasFeatures, classes: bool, labelled: Examples | None) -> dict[str, float | str]:
    """The value of every measure, where higher is better, or the reason why it has none.

    learner   the source model with its own head
    classes   whether the head was trained for classes; else predictions are not measured
    labelled  target queries with their answers
    """
    size = {PARAMETERS: math.log2(sum(p.numel() for p in learner.module.parameters()))}
    if reason := _too_few(labelled):
        return dict.fromkeys((*OF_FEATURES, *OF_PREDICTIONS), reason) | size
    assert labelled is not None
    answers = np.asarray(labelled.answers)
    features, probabilities = _outputs(learner, labelled)
    values: dict[str, float | str] = {name: rule(features, answers) for name, rule in OF_FEATURES.items()}
    if classes:
        values |= {name: rule(probabilities, answers) for name, rule in OF_PREDICTIONS.items()}
    else:
        values |= dict.fromkeys(OF_PREDICTIONS, "the source model names no classes of its head")
    return values | size


def _too_few(labelled: Examples | None) -> str | None:
    if labelled is None or labelled.answers is None or not len(labelled):
        return "there are no target labels"
    if len(np.unique(labelled.answers)) < 2:
        return "all target labels are of one class"
    return None


def _outputs(learner: HasFeatures, labelled: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Features [n, D] and the head's probabilities [n, Z], in one pass."""
    import torch

    from relxfer.authoring.torch_learner import evaluating, features_of

    features = features_of(learner, labelled)
    device = next(learner.module.parameters()).device
    with evaluating(learner.module), torch.no_grad():
        scores = learner.head(torch.from_numpy(features).to(device))
    return features, scores.softmax(1).cpu().numpy().astype(np.float64)
