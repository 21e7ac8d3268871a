"""Metrics of classification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from relxfer.errors import RelxferError
from relxfer.judge import influence


@dataclass(frozen=True)
class Predictions:
    """The predictions for n queries.

    scores   [n, C]: logits of the classes
    answers  [n] int: the correct classes

    >>> made = Predictions.of(np.array([[2.0, 1.0], [0.0, 1.0]]), np.array([0, 0]))
    >>> made.values()["accuracy"].tolist(), round(made.macro_f1, 3)
    ([1.0, 0.0], 0.333)
    """

    scores: np.ndarray
    answers: np.ndarray

    @classmethod
    def of(cls, scores: np.ndarray, answers: np.ndarray) -> Predictions:
        """Check scores and answers, and combine them.

        Raises:
            RelxferError: a score is NaN, which argmax would choose.
            ValueError: shapes do not fit, or an answer is no column of the scores.
        """
        scores, answers = np.asarray(scores), np.asarray(answers)
        _check(scores, answers)
        return cls(scores, answers)

    @property
    def predicted(self) -> np.ndarray:
        """[n] int: the class with the highest score; of equal scores, the first."""
        return self.scores.argmax(1)

    @property
    def probability(self) -> np.ndarray:
        """[n] float: softmax of the predicted class, 1 / sum_c exp(s_c - max s); equal infinities divide it evenly."""
        scores = self.scores.astype(np.float64)
        top = scores.max(1, keepdims=True)
        with np.errstate(invalid="ignore"):  # inf - inf
            powers = np.where(scores == top, 1.0, np.exp(scores - top))
        return 1 / powers.sum(1)

    def values(self) -> dict[str, np.ndarray]:
        """metric -> [n] float: each query's contribution, whose mean is the metric.

        accuracy  1 if the predicted class is correct, else 0
        macro-f1  see `macro_f1`
        auc       area under the ROC curve of the softmax, the mean over classes against all others; ties count half

        macro-f1 and auc are not means over queries; their contributions are value + influence, see
        `relxfer.judge.influence`.
        """
        return {
            "accuracy": (self.predicted == self.answers).astype(float),
            "macro-f1": influence.macro_f1(self.predicted, self.answers, self.scores.shape[1]),
            "auc": influence.auc(self.scores, self.answers),
        }

    @property
    def macro_f1(self) -> float:
        """See the function `macro_f1`."""
        return macro_f1(self.predicted, self.answers, self.scores.shape[1])

    def to_arrays(self) -> dict[str, np.ndarray]:
        """The arrays by name, for storing."""
        return {"scores": self.scores, "answers": self.answers}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Predictions:
        """What `to_arrays` returned."""
        return cls(arrays["scores"], arrays["answers"])


def macro_f1(predicted: np.ndarray, answers: np.ndarray, n_classes: int) -> float:
    """Mean over classes of 2 TP / (2 TP + FP + FN), of predicted [n] and answers [n].

    Classes that occur neither in the answers nor in the predictions are left out; 0 without queries.

    >>> round(macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1]), 3), 6)
    0.666667
    """
    return float(influence.macro_f1(predicted, answers, n_classes).mean()) if len(answers) else 0.0


def _check(scores: np.ndarray, answers: np.ndarray) -> None:
    if scores.ndim != 2 or answers.shape != scores.shape[:1]:
        raise ValueError(f"expected scores [n, C], answers [n] (got {scores.shape}, {answers.shape})")
    if len(answers) and not 0 <= answers.min() <= answers.max() < scores.shape[1]:
        span = f"{answers.min()} to {answers.max()}"
        raise ValueError(f"expected answers from 0 to {scores.shape[1] - 1} (got {span})")
    bad = np.isnan(scores).any(1)
    if bad.any():
        where = f"query row {bad.argmax()}"
        raise RelxferError(f"expected scores that are numbers, got NaN in {where}; did training diverge?")
