"""Classification: each query has one of a fixed list of classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from relxfer.contract.breakdowns import Answered, Breakdown, Part
from relxfer.contract.metrics import ByInfluence, PerItem, Undefined
from relxfer.contract.tasks import Predictions, Task
from relxfer.judge.metrics import influence
from relxfer.judge.metrics.choices import wrong_choice

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Classes(Predictions):
    """The predictions of classes for n queries.

    scores   [n, C]: logits of the classes
    answers  [n] int: the correct classes

    >>> made = Classes(np.array([[2.0, 1.0], [0.0, 1.0]]), np.array([0, 0]))
    >>> made.predicted.tolist()
    [0, 1]
    """

    #: Whether it is a failure that nearly all queries get the same answer, see `relxfer.judge.collapse`.
    collapses: ClassVar[bool] = True

    @property
    def predicted(self) -> np.ndarray:
        """[n] int: the class with the highest score; of equal scores, the first."""
        return self.scores.argmax(1)

    @property
    def given(self) -> np.ndarray:
        """[n] int: the class that each query is given, which of clusters is another number than `predicted`."""
        return self.predicted

    @property
    def confusion(self) -> np.ndarray:
        """[C, C] int: number of queries of each class (rows) that are given each class (columns).

        >>> Classes(np.eye(2)[[0, 0, 1]], np.array([0, 1, 1])).confusion.tolist()
        [[1, 0], [1, 1]]
        """
        table = np.zeros((self.scores.shape[1],) * 2, np.int64)
        np.add.at(table, (self.answers, self.given), 1)
        return table

    @property
    def probability(self) -> np.ndarray:
        """[n] float: the softmax of the predicted class."""
        return softmax(self.scores).max(1)

    def accuracy(self) -> PerItem:
        """The share of queries whose predicted class is correct."""
        return PerItem((self.predicted == self.answers).astype(float))

    def macro_f1(self) -> ByInfluence:
        """Mean over classes of 2 TP / (2 TP + FP + FN); classes in neither answers nor predictions are left out.

        >>> round(Classes(np.eye(2)[[0, 0, 1]], np.array([0, 1, 1])).macro_f1().value, 6)
        0.666667
        """
        if not len(self.answers):
            raise Undefined("there are no test queries")
        return influence.split(influence.macro_f1(self.predicted, self.answers, self.scores.shape[1]), self.answers)

    def auc(self) -> ByInfluence:
        """Area under the ROC curve of the softmax, the mean over classes against all others; ties count half.

        Classes with no query, or with all of them, are left out.

        >>> Classes(np.eye(2)[[0, 1]], np.array([1, 1])).auc()
        Traceback (most recent call last):
        ...
        relxfer.errors.Undefined: all test answers are of one class
        """
        if len(np.unique(self.answers)) < 2:
            raise Undefined("all test answers are of one class")
        return influence.split(influence.auc(self.scores, self.answers), self.answers, 0.5)


@dataclass(frozen=True)
class Classification(Task):
    """The class of each query, one of `answers`; scores are logits.

    >>> task = Classification(("cat", "dog"))
    >>> task.problem(np.array([0, 2]))
    'expected answers from 0 to 1, got 0 to 2'
    """

    kind: str = field(default="classification", init=False)
    classes: ClassVar[bool] = True
    shows: ClassVar[str] = "probability"
    heads: ClassVar[Mapping[str, str]] = {
        "logistic": "relxfer.authoring.linear_fits:logistic",
        "svm": "relxfer.authoring.linear_fits:svm",
    }

    def problem(self, answers: np.ndarray) -> str | None:
        return wrong_choice(answers, len(self.answers))

    def strata(self, answers: np.ndarray) -> np.ndarray | None:
        return answers

    def loss(self, scores: Tensor, labels: Tensor, scale: Tensor | None = None) -> Tensor:
        """Cross-entropy of the softmax."""
        import torch.nn.functional as F

        return F.cross_entropy(scores, labels)

    @classmethod
    def results(cls, arrays: Mapping[str, np.ndarray], ties: str = "") -> Classes:
        return Classes(arrays["scores"], arrays["answers"])

    def merit(self, results: Classes) -> np.ndarray:
        """1 where the predicted class is correct, else 0."""
        return results.accuracy().values

    def broken_down(self, results: Classes, kinds: Sequence[str]) -> Breakdown:
        """Precision, recall and F1 of each class, and the confusion of classes."""
        table = results.confusion
        hits, there, given = np.diagonal(table), table.sum(1), table.sum(0)
        parts = zip(self.answers, hits.tolist(), there.tolist(), given.tolist(), strict=True)
        return Breakdown("class", tuple(part_of(*each) for each in parts), table)

    def answered(self, results: Classes) -> Answered:
        """The loss is 1 - the softmax of the right class, so that the surest of the wrong answers are the worst."""
        own = softmax(results.scores)[np.arange(len(results.answers)), results.answers]
        return Answered(1 - own, results.given != results.answers, results.given)

    def shown(self, scores: np.ndarray) -> np.ndarray:
        """The softmax of the scores.

        >>> Classification(("cat", "dog")).shown(np.array([[0.0, np.log(3.0)]])).round(2).tolist()
        [[0.25, 0.75]]
        """
        return softmax(scores)


def part_of(name: str, hits: int, there: int, given: int) -> Part:
    """Precision, recall and F1 of a class or label; None where nothing is of it, or is given it.

    hits   number of queries that have it and are given it
    there  number of queries that have it
    given  number of queries that are given it

    >>> part_of("cat", 1, 2, 4).measures
    {'precision': 0.25, 'recall': 0.5, 'F1': 0.3333333333333333}
    """
    shares = {"precision": (hits, given), "recall": (hits, there), "F1": (2 * hits, there + given)}
    return Part(name, there, {measure: above / below if below else None for measure, (above, below) in shares.items()})


def softmax(scores: np.ndarray) -> np.ndarray:
    """[n, C] float64: exp(s_c) / sum_k exp(s_k); equal infinities divide it evenly.

    >>> softmax(np.array([[np.inf, np.inf, 0.0]])).tolist()
    [[0.5, 0.5, 0.0]]
    """
    scores = scores.astype(np.float64)
    top = scores.max(1, keepdims=True)
    with np.errstate(invalid="ignore"):  # inf - inf
        powers = np.where(scores == top, 1.0, np.exp(scores - top))
    return powers / powers.sum(1, keepdims=True)
