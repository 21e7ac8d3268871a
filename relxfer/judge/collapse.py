"""The class that predictions give most often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relxfer.judge.classification import Predictions
from relxfer.judge.records import TopClass


def top_class(predictions: Predictions, names: Sequence[str]) -> TopClass:
    """The class that is predicted most often, with its shares; `names` are those of the classes in column order.

    >>> made = Predictions(np.array([[2.0, 1.0], [0.0, 1.0], [3.0, 1.0], [9.0, 0.0]]), np.array([0, 1, 1, 1]))
    >>> top_class(made, ["red", "blue"])
    TopClass(name='red', predicted=0.75, there=0.25)
    """
    counts = np.bincount(predictions.predicted, minlength=predictions.scores.shape[1])
    column, total = int(counts.argmax()), len(predictions.answers)
    return TopClass(names[column], float(counts[column] / total), float(np.mean(predictions.answers == column)))
