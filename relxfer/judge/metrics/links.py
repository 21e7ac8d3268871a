"""Link prediction: linked pairs against pairs that are not linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np

from relxfer.contract.metrics import ByInfluence, Undefined
from relxfer.judge.metrics import influence
from relxfer.judge.metrics.classification import Classes, Classification

#: The k of Hits@k: a linked pair is a hit if it scores above the k-th best pair that is not linked (Hu et al. 2020,
#: OGB).
HITS_AT = 50


@dataclass(frozen=True)
class Pairs(Classes):
    """The predictions for n pairs: scores [n, 2] of "absent" and "present", answers [n] int."""

    collapses: ClassVar[bool] = False

    @cached_property
    def margin(self) -> np.ndarray:
        """[n] float: by how much "present" scores higher than "absent"."""
        return self.scores[:, 1] - self.scores[:, 0]

    @cached_property
    def linked(self) -> np.ndarray:
        """[n] bool: the pairs that are linked.

        Raises:
            Undefined: all are, or none is.
        """
        linked = self.answers == 1
        if linked.all() or not linked.any():
            raise Undefined("there are no pairs of both kinds in the test, linked and not")
        return linked

    def auc(self) -> ByInfluence:
        """Area under the ROC curve.

        >>> Pairs(np.array([[0.0, 2.0], [0.0, 1.0], [0.0, 3.0]]), np.array([1, 0, 0])).auc().value
        0.5
        """
        return influence.split(influence.binary_auc(self.margin, self.linked), self.linked.astype(int), 0.5)


@dataclass(frozen=True)
class LinkPrediction(Classification):
    """Whether each pair is linked; answers are "absent" and "present"."""

    kind: str = field(default="link-prediction", init=False)
    answers: tuple[str, ...] = ("absent", "present")
    shows: ClassVar[str] = "score"

    def strata(self, answers: np.ndarray) -> None:
        return None  # a budget counts links, whichever side they are on

    def shown(self, scores: np.ndarray) -> np.ndarray:
        return scores

    @classmethod
    def results(cls, arrays: Mapping[str, np.ndarray], ties: str = "") -> Pairs:
        return Pairs(arrays["scores"], arrays["answers"])

    def merit(self, results: Classes) -> np.ndarray:
        """Contributions to the area under the ROC curve."""
        return results.auc().contributions


def average_precision(results: Pairs) -> ByInfluence:
    """Average precision, see `relxfer.judge.metrics.influence.average_precision`."""
    return influence.split(
        influence.average_precision(results.margin, results.linked),
        results.linked.astype(int),
        float(results.linked.mean()),
    )


def hits_at_50(results: Pairs) -> ByInfluence:
    """Share of the linked pairs that score above the 50th best of those not linked.

    Influences are those for a fixed threshold, so that its interval ignores how the threshold itself varies.
    """
    margin, linked = results.margin, results.linked
    others = np.sort(margin[~linked])[::-1]
    threshold = others[HITS_AT - 1] if len(others) >= HITS_AT else -np.inf
    hit = margin > influence.tie_bounds(np.array([threshold]), margin)[1]
    share = float(hit[linked].mean())
    return ByInfluence(share, linked * (hit - share) * (len(linked) / linked.sum()), linked.astype(int))
