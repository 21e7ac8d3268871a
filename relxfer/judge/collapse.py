"""The class that predictions give most often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from relxfer.judge.metrics.classification import Classes
from relxfer.judge.records import TopClass


def top_class(results: Any, names: Sequence[str]) -> TopClass | None:
    """The class that is predicted most often, with its shares; None if these are no results of classes.

    results  what `Task.results` returned
    names    of the classes, in column order

    >>> made = Classes(np.array([[2.0, 1.0], [0.0, 1.0], [3.0, 1.0], [9.0, 0.0]]), np.array([0, 1, 1, 1]))
    >>> top_class(made, ["red", "blue"])
    TopClass(name='red', predicted=0.75, there=0.25)
    """
    if not (isinstance(results, Classes) and results.collapses):
        return None
    counts = np.bincount(results.predicted, minlength=results.scores.shape[1])
    column, total = int(counts.argmax()), len(results.answers)
    return TopClass(names[column], float(counts[column] / total), float(np.mean(results.answers == column)))
