"""Which items to label next: those whose labels would change the model most, and that are unlike one another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from relxfer.contract.data import Examples
from relxfer.errors import DataError, Incompatible
from relxfer.predict.chosen import ChosenRow
from relxfer.predict.scores import shown
from relxfer.seeding import generator

#: A squared distance is a rounding error where it is below this share of the squared lengths.
_SAME = 1e-12


def items(chosen: ChosenRow, count: int) -> Examples:
    """At most `count` items without an answer, in the order in which to label them; see `next_items`.

    Probabilities are those of all models of the row together, features those of the first; where a model has no
    features below its head, items differ by their probabilities alone.

    Raises:
        Incompatible: answers are not one of several classes.
        DataError: every item of the target has an answer.
    """
    task = chosen.domain.task
    if not task.classes or task.open or not task.aligned:
        raise Incompatible(
            "a target whose items have one of several classes",
            f"'{chosen.domain.name}', a task of {task.kind}",
            "ask for answers with --all or --queries, and check those of low probability",
        )
    unlabelled = chosen.domain.everything()
    if not len(unlabelled):
        raise DataError(f"expected items of '{chosen.domain.name}' without an answer, got none: all have one")
    probabilities = np.concatenate(list(shown(chosen.probable(), unlabelled.hidden())))
    rng = generator("items to label", chosen.cell)
    rows = next_items(probabilities, _features(chosen.learner, unlabelled), count, rng)
    return replace(unlabelled, queries=unlabelled.queries[rows])


def next_items(probabilities: np.ndarray, features: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """[k] int: the rows to label next, in order: BADGE (Ash et al. 2020, "Deep batch active learning by diverse,
    uncertain gradient lower bounds") with weights (as in Zhdanov 2019, "Diverse mini-batch active learning").

    If the class c that is predicted were right, the gradient of the loss with regard to the weights of a linear head
    would be g = (p - e_c) h^T: long where p is uncertain. Rows are drawn as the centres of weighted k-means++ (Arthur
    and Vassilvitskii 2007) are: the longest g first, then row i with a probability in proportion to |g_i|^2 times its
    squared distance from the nearest g that was chosen. Without the weight |g_i|^2, sure rows, whose g is about 0,
    would be drawn because they are many.

    probabilities  [n, C]
    features       [n, D]
    count          k is at most that, and at most the number of rows whose g differ

    >>> sure, torn, other = [0.99, 0.01], [0.5, 0.5], [0.45, 0.55]
    >>> next_items(np.array([sure, torn, torn, other]), np.array([[1.0, 0], [1, 0], [1, 0], [0, 1]]), 2,
    ...            np.random.default_rng(0)).tolist()
    [1, 3]
    """
    errors = probabilities - np.eye(probabilities.shape[1])[probabilities.argmax(1)]
    lengths = np.square(errors).sum(1) * np.square(features).sum(1)
    chosen: list[int] = []
    nearest = lengths
    while len(chosen) < count and (weights := lengths * nearest).any():
        row = int(rng.choice(len(errors), p=weights / weights.sum())) if chosen else int(lengths.argmax())
        products = (errors @ errors[row]) * (features @ features[row])
        distances = lengths + lengths[row] - 2 * products
        distances[distances < _SAME * (lengths + lengths[row])] = 0.0
        nearest = np.minimum(nearest, distances) if chosen else distances
        chosen.append(row)
    return np.array(chosen, np.int64)


def _features(learner: Any, asked: Examples) -> np.ndarray:
    """[n, D] float64, divided by their mean length; where the model has none, a column of ones."""
    if not hasattr(learner, "features") or not hasattr(learner, "width"):
        return np.ones((len(asked), 1))
    from relxfer.authoring.torch_learner import features_of

    features = features_of(learner, asked).astype(np.float64)
    return features / max(1e-12, float(np.linalg.norm(features, axis=1).mean()))
