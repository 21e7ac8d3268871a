"""Multi-label classification: each query has any number of labels, also none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from relxfer.contract.breakdowns import Answered, Breakdown
from relxfer.contract.metrics import ByInfluence, PerItem, Undefined
from relxfer.contract.tasks import Predictions, Task
from relxfer.judge.metrics import influence
from relxfer.judge.metrics.classification import part_of

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Labels(Predictions):
    """The predictions of labels: scores [n, C] logits, answers [n, C] 0 or 1."""

    @property
    def predicted(self) -> np.ndarray:
        """[n, C] bool: labels whose probability is at least one half."""
        return self.scores >= 0

    def macro_f1(self) -> ByInfluence:
        """Mean over labels of 2 TP / (2 TP + FP + FN); labels that no query has or is given are left out."""
        return _quotient(*_counts(self))


@dataclass(frozen=True)
class MultiLabel(Task):
    """Which of `answers` each query has: answers [n, C] are 0 or 1, scores [n, C] logits of each label by itself.

    >>> MultiLabel(("red", "round")).problem(np.array([[0, 2]]))
    'expected answers that are 0 or 1, got 2 in row 0'
    """

    kind: str = field(default="multi-label", init=False)
    shows: ClassVar[str] = "probability"
    heads: ClassVar[Mapping[str, str]] = {
        "logistic": "relxfer.authoring.linear_fits:logistic_each",
        "svm": "relxfer.authoring.linear_fits:svm_each",
    }

    def problem(self, answers: np.ndarray) -> str | None:
        if answers.dtype.kind not in "biu" or answers.shape != (len(answers), self.width):
            return f"expected answers [n, {self.width}] of 0 and 1, got {answers.dtype}{list(answers.shape)}"
        bad = (answers < 0) | (answers > 1)
        if bad.any():
            row = int(bad.any(1).argmax())
            return f"expected answers that are 0 or 1, got {answers[row][bad[row]][0]} in row {row}"
        return None

    def loss(self, scores: Tensor, labels: Tensor, scale: Tensor | None = None) -> Tensor:
        """Binary cross-entropy of the sigmoid, the mean over queries and labels."""
        import torch.nn.functional as F

        return F.binary_cross_entropy_with_logits(scores, labels.to(scores.dtype))

    @classmethod
    def results(cls, arrays: Mapping[str, np.ndarray], ties: str = "") -> Labels:
        return Labels(arrays["scores"], arrays["answers"])

    def merit(self, results: Labels) -> np.ndarray:
        """Minus the binary cross-entropy: thresholds do not matter, and rare labels count."""
        scores = results.scores.astype(float)
        # log(1 + exp(s)) - y s
        return -(np.logaddexp(0, scores) - results.answers * scores).mean(1)

    def broken_down(self, results: Labels, kinds: Sequence[str]) -> Breakdown:
        """Precision, recall and F1 of each label."""
        given, there = results.predicted, results.answers.astype(bool)
        counts = ((given & there).sum(0).tolist(), there.sum(0).tolist(), given.sum(0).tolist())
        return Breakdown("label", tuple(part_of(*each) for each in zip(self.answers, *counts, strict=True)))

    def answered(self, results: Labels) -> Answered:
        """The loss is the binary cross-entropy; a query is wrong if any label is."""
        given = results.predicted
        return Answered(-self.merit(results), (given != results.answers.astype(bool)).any(1), given.astype(np.int64))

    def predicted(self, scores: np.ndarray) -> list[str]:
        """The labels whose probability is at least one half."""
        return self.worded(scores >= 0)

    def worded(self, answers: np.ndarray) -> list[str]:
        """The names of the labels of each query.

        >>> MultiLabel(("red", "round")).worded(np.array([[1, 1], [0, 0]]))
        ['red, round', 'no label']
        """
        rows = answers.astype(bool)
        named = ([name for name, there in zip(self.answers, row, strict=True) if there] for row in rows.tolist())
        return [", ".join(names) or "no label" for names in named]

    def shown(self, scores: np.ndarray) -> np.ndarray:
        """The sigmoid of the scores.

        >>> MultiLabel(("red",)).shown(np.array([[0.0]])).tolist()
        [[0.5]]
        """
        return 0.5 * (1 + np.tanh(scores.astype(float) / 2))


def micro_f1(results: Labels) -> ByInfluence:
    """2 TP / (2 TP + FP + FN) over all queries and labels.

    >>> round(micro_f1(Labels(np.array([[1.0, -1.0]]), np.array([[1, 1]]))).value, 4)
    0.6667
    """
    hits, total = _counts(results)
    return _quotient(hits.sum(1, keepdims=True), total.sum(1, keepdims=True))


def mean_average_precision(results: Labels) -> ByInfluence:
    """Mean over labels of average precision; labels that no query has are left out."""
    there = results.answers.astype(bool)
    used = np.flatnonzero(there.any(0))
    if not len(used):
        raise Undefined("no test query has any label")
    made = [influence.average_precision(results.scores[:, c], there[:, c]) for c in used]
    return influence.split(np.mean(made, axis=0))


def exact_match(results: Labels) -> PerItem:
    """The share of queries all of whose labels are right."""
    return PerItem((results.predicted == results.answers.astype(bool)).all(1).astype(float))


def _counts(results: Labels) -> tuple[np.ndarray, np.ndarray]:
    """[n, C] and [n, C]: 2 TP, and 2 TP + FP + FN."""
    predicted, there = results.predicted, results.answers.astype(bool)
    return 2.0 * (predicted & there), predicted.astype(float) + there


def _quotient(parts: np.ndarray, total: np.ndarray) -> ByInfluence:
    """The mean over columns of sum(parts) / sum(total), without columns whose total is 0."""
    counted = total.sum(0) > 0
    if not counted.any():
        raise Undefined("no test query has a label or is given one")
    above, below = parts[:, counted], total[:, counted]
    value = above.sum(0) / below.sum(0)
    # n d(a / b) by the weight of i: (a_i - (a / b) b_i) / (b / n)
    change = (above - value * below) / below.mean(0)
    return ByInfluence(float(np.mean(value)), change.mean(1))
