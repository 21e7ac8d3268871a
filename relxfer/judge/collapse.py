"""Collapse of predictions: one class takes nearly all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relxfer.judge.classification import Predictions

#: Predictions have collapsed where they give other classes at most this part of what is theirs.
LEFT = 0.2


@dataclass(frozen=True)
class TopClass:
    """The class that is predicted most often: its column, its share of the predictions, and of the answers."""

    column: int
    predicted: float
    there: float

    @property
    def collapsed(self) -> bool:
        """1 - predicted <= LEFT (1 - there).

        Of two equal classes, from 90 % on; of ten, from 82 % on; of a class that is 95 % of the answers, from 99 % on.
        Where all answers are of this class, nothing was to be left to others.

        >>> TopClass(0, 0.97, 0.1).collapsed, TopClass(0, 0.97, 0.95).collapsed, TopClass(0, 1.0, 1.0).collapsed
        (True, False, False)
        """
        return self.there < 1 and 1 - self.predicted <= LEFT * (1 - self.there) + 1e-9


def top_class(predictions: Predictions) -> TopClass:
    """
    >>> top_class(Predictions(np.array([[2.0, 1.0], [0.0, 1.0], [3.0, 1.0], [9.0, 0.0]]), np.array([0, 1, 1, 1])))
    TopClass(column=0, predicted=0.75, there=0.25)
    """
    counts = np.bincount(predictions.predicted, minlength=predictions.scores.shape[1])
    column, total = int(counts.argmax()), len(predictions.answers)
    return TopClass(column, float(counts[column] / total), float(np.mean(predictions.answers == column)))
