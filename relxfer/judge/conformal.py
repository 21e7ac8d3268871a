"""Conformal sets: the answers that cannot be ruled out at a level, by how unlikely right answers were before.

Vovk, Gammerman and Shafer (2005), "Algorithmic learning in a random world"; split conformal, with the nonconformity
-log p of an answer (LAC of Sadinle, Lei and Wasserman 2019), or the absolute error of a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.tasks import Task

#: A group has sets of its own from so many items on; the answers of smaller groups are pooled.
OWN = 40
#: Scores of one answer that are computed with other answers differ by so much at most.
_TOLERANCE = 1e-6
_SMALLEST = 1e-300


@dataclass(frozen=True)
class Conformity:
    """The nonconformity of the right answers of validation, [m] each.

    scores  higher: less as expected
    groups  int: of the answer, or of the question, or of the number; see `relxfer.judge.conformal.measured`
    items   int: what it belongs to. Those of one item count together as one

    >>> of = Conformity(np.array([1.0, 2.0, 3.0]), np.zeros(3, int), np.arange(3))
    >>> of.p_values(np.array([[0.5, 2.0, 9.0]]), np.array([[0]])).tolist()
    [[1.0, 0.75, 0.25]]
    """

    scores: np.ndarray
    groups: np.ndarray
    items: np.ndarray

    @cached_property
    def _groups(self) -> dict[int, _Group]:
        """Groups with items enough for sets of their own, and under -1 all the others together."""
        found, each = np.unique(self.groups, return_inverse=True)
        counts = [len(np.unique(self.items[each == place])) for place in range(len(found))]
        own = np.array([count >= OWN for count in counts], dtype=bool)
        made = {int(group): self._of(each == place) for place, group in enumerate(found.tolist()) if own[place]}
        # a pool of a few is no more than noise: then everything is the pool
        rest = ~own[each] if len(found) else np.zeros(0, bool)
        small = len(np.unique(self.items[rest])) < OWN
        return {**made, -1: self._of(np.ones(len(self.scores), bool) if small else rest)}

    def _of(self, rows: np.ndarray) -> _Group:
        return _Group.of(self.scores[rows], self.items[rows])

    @property
    def own(self) -> int:
        """How many groups have sets of their own."""
        return len(self._groups) - 1

    def p_values(self, scores: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """p = (sum of w_i over those that conform no better + 1) / (items + 1), w_i = 1 / answers of the item, of each.

        The queries of an item are not exchangeable with each other, so an item counts once: this is the pooling of
        Dunn, Wasserman and Ramdas (2022). With one answer to an item it is the p of split conformal prediction, and the
        answers with p > 1 - level hold the right one with at least this probability.

        scores  [b, C]
        groups  [b, 1], [1, C] or [b, C] int: the group of each score
        """
        groups = np.broadcast_to(groups, scores.shape)
        made = np.empty(scores.shape)
        known = self._groups
        pooled = np.where(np.isin(groups, list(known)), groups, -1)
        for group in np.unique(pooled).tolist():
            where = pooled == group
            made[where] = known[group].p_values(scores[where])
        return made

    def quantile(self, group: int, level: float) -> float:
        """The largest score of a set at a level, for a group; inf where there are too few items for the level."""
        return (self._groups.get(group) or self._groups[-1]).quantile(level)


@dataclass(frozen=True)
class _Group:
    """Scores [m] in rising order, the weight of each and of all above it [m + 1], and the number of items."""

    scores: np.ndarray
    above: np.ndarray
    items: int

    @classmethod
    def of(cls, scores: np.ndarray, items: np.ndarray) -> _Group:
        _, each, counts = np.unique(items, return_inverse=True, return_counts=True)
        order = np.argsort(scores, kind="stable")
        weights = (1 / counts[each.reshape(-1)])[order]
        above = np.append(np.cumsum(weights[::-1])[::-1], 0.0)
        return cls(scores[order], above, len(counts))

    def p_values(self, scores: np.ndarray) -> np.ndarray:
        slack = _TOLERANCE * np.maximum(1, np.abs(scores))
        place = np.searchsorted(self.scores, scores - slack, "left")
        return (self.above[place] + 1) / (self.items + 1)

    def quantile(self, level: float) -> float:
        """The smallest score q with (weight of those above q + 1) / (items + 1) <= 1 - level."""
        allowed = (self.above[1:] + 1) / (self.items + 1) <= 1 - level + 1e-12
        return float(self.scores[int(np.argmax(allowed))]) if allowed.any() else np.inf


def nonconformity(probabilities: np.ndarray) -> np.ndarray:
    """-log p, which is finite for 0."""
    return -np.log(np.maximum(probabilities, _SMALLEST))


def measured(task: Task, shown: np.ndarray, val: Examples, kinds: np.ndarray) -> Conformity | None:
    """The nonconformity of the right answers; None for a task whose answers are neither candidates nor numbers.

    Of a list of answers, the groups are the answers (label-conditional sets); of candidates that come with the inputs,
    the kinds of the queries; of several numbers, the numbers.

    shown  [n, C]: calibrated probabilities, or predicted numbers
    kinds  [n] int: see `Domain.query_kinds`
    """
    answers, items = np.asarray(val.answers), np.unique(val.group_ids(), return_inverse=True)[1].reshape(-1)
    if not task.ranked:
        errors = np.abs(shown - answers.reshape(shown.shape))
        rows, columns = np.divmod(np.arange(errors.size), shown.shape[1])
        return Conformity(errors.reshape(-1), columns, items[rows])
    if not task.aligned:
        return None
    if answers.ndim == 2:
        rows, columns = np.nonzero(answers)
        return Conformity(nonconformity(shown[rows, columns]), columns, items[rows])
    own = nonconformity(shown[np.arange(len(shown)), answers])
    return Conformity(own, kinds if task.open else answers, items)
