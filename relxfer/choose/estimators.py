"""The measures of source choice for a source that is a model: what its features and predictions say of the target."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from relxfer.choose import transferability
from relxfer.contract.data import Examples, Task
from relxfer.contract.learners import HasFeatures

OF_FEATURES: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "logme": transferability.logme,
    "h-score": transferability.h_score,
    "knn": transferability.knn,
}
OF_PREDICTIONS: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "leep": transferability.leep,
    "nce": lambda probabilities, answers: transferability.nce(probabilities.argmax(1), answers),
}
#: The baseline beside them: log2 of the number of parameters. It does not look at the target.
PARAMETERS = "parameters"


def measures(learner: HasFeatures, tasks: Sequence[Task], labelled: Examples | None) -> dict[str, float | str]:
    """measure -> value, higher is better, or the reason why there is none.

    learner   the source model with its own head; it offers features
    tasks     what the head was trained for; none known: its classes may mean nothing
    labelled  target queries with their answers
    """
    size = {PARAMETERS: math.log2(sum(p.numel() for p in learner.module.parameters()))}
    if reason := _too_few(labelled):
        return dict.fromkeys((*OF_FEATURES, *OF_PREDICTIONS), reason) | size
    assert labelled is not None
    answers = np.asarray(labelled.answers)
    features, probabilities = _seen(learner, labelled)
    found: dict[str, float | str] = {name: rule(features, answers) for name, rule in OF_FEATURES.items()}
    if any(task.kind == "classification" and not task.open for task in tasks):
        found |= {name: rule(probabilities, answers) for name, rule in OF_PREDICTIONS.items()}
    else:
        found |= dict.fromkeys(OF_PREDICTIONS, "the source model names no classes of its head")
    return found | size


def _too_few(labelled: Examples | None) -> str | None:
    if labelled is None or labelled.answers is None or not len(labelled):
        return "there are no target labels"
    if len(np.unique(labelled.answers)) < 2:
        return "all target labels are of one class"
    return None


def _seen(learner: HasFeatures, labelled: Examples) -> tuple[np.ndarray, np.ndarray]:
    """Features [n, D] and the head's probabilities [n, Z], in one pass."""
    import torch

    from relxfer.authoring.torch_learner import evaluating, features_of

    features = features_of(learner, labelled)
    device = next(learner.module.parameters()).device
    with evaluating(learner.module), torch.no_grad():
        scores = learner.head(torch.from_numpy(features).to(device))
    return features, scores.softmax(1).cpu().numpy().astype(np.float64)
