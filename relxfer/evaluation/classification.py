"""Classification: predictions with their class scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Predictions:
    """Per-query results: scores [n, C] (logits), answers [n] int.

    >>> made = Predictions.of(np.array([[2.0, 1.0], [0.0, 1.0]]), np.array([0, 0]))
    >>> made.values()["accuracy"].tolist(), round(made.macro_f1, 3)
    ([1.0, 0.0], 0.333)
    """

    scores: np.ndarray
    answers: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray, answers: np.ndarray) -> Predictions:
        return cls(np.asarray(scores), np.asarray(answers))

    @property
    def predicted(self) -> np.ndarray:
        """[n] int: the class with the highest score, the first of equal ones."""
        return self.scores.argmax(1)

    def values(self) -> dict[str, np.ndarray]:
        """metric -> [n] float: each query's contribution."""
        return {"accuracy": (self.predicted == self.answers).astype(float)}

    @property
    def macro_f1(self) -> float:
        """Mean over classes of 2 TP / (2 TP + FP + FN); a class neither there nor predicted is left out."""
        classes = self.scores.shape[1]
        true = np.bincount(self.answers[self.predicted == self.answers], minlength=classes)
        total = np.bincount(self.answers, minlength=classes) + np.bincount(self.predicted, minlength=classes)
        return float((2 * true[total > 0] / total[total > 0]).mean())

    def to_arrays(self) -> dict[str, np.ndarray]:
        return {"scores": self.scores, "answers": self.answers}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Predictions:
        return cls(arrays["scores"], arrays["answers"])
