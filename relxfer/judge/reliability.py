"""How far probabilities are from how often they are right: the expected calibration error, and a table of reliability.

ECE = sum over bins of |mean probability - share that is right| times the share of the bin, over the best answer of each
query (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017), or over every label where a query has any number of them.
Bins have equal shares of the items. Their number is the largest, up to 15, for which a bin of higher probabilities is
right at least as often as the one before it, for all smaller numbers too: ECE-sweep of Roelofs et al. (2022), which
overstates the error of few answers less than a fixed number of bins does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.tasks import Task
from relxfer.judge.metrics.known_answers import Filter, known_answers
from relxfer.judge.records import Bin, Reliability
from relxfer.store import stored_names

MOST_BINS = 15
#: Name of an array of an evaluation -> field of `Confident`.
_NAMES = {
    stored_names.CONFIDENCE: "before",
    stored_names.RIGHT: "right",
    stored_names.CALIBRATED: "after",
    stored_names.BEST: "best",
    stored_names.LIKELY: "likely",
}


@dataclass(frozen=True)
class Confident:
    """The probabilities of the best answers of n queries, or of each of C labels, and whether they are right.

    before  [n] or [n, C] float
    right   likewise, bool
    after   likewise, calibrated; None if the model was not calibrated
    best    [n] int: of an open task, the best candidate that is no known answer
    likely  [n] float: its probability, calibrated if the model is
    """

    before: np.ndarray
    right: np.ndarray
    after: np.ndarray | None = None
    best: np.ndarray | None = None
    likely: np.ndarray | None = None

    @property
    def shown(self) -> np.ndarray:
        """Calibrated probabilities, if there are some, else those as they are."""
        return self.before if self.after is None else self.after

    def judged(self, items: np.ndarray) -> Reliability:
        """The errors and the bins; an item ([n] int) counts as one, however many queries it has."""
        after = None if self.after is None else ece(bins(self.after, self.right, items))
        made = bins(self.shown, self.right, items)
        return Reliability(ece(bins(self.before, self.right, items)), after, len(np.unique(items)), tuple(made))


def ece(of: Sequence[Bin]) -> float:
    """The expected calibration error.

    >>> ece([Bin(0.2, 0.3, 0.5), Bin(0.9, 0.9, 0.5)])
    0.05
    """
    return round(float(sum(each.share * abs(each.probability - each.right) for each in of)), 12)


def bins(probabilities: np.ndarray, right: np.ndarray, items: np.ndarray) -> list[Bin]:
    """The bins of a table of reliability, the least probable first.

    >>> [each.share for each in bins(np.array([0.1, 0.1, 0.9, 0.9]), np.array([0, 0, 1, 1]), np.arange(4))]
    [0.25, 0.25, 0.25, 0.25]
    """
    if not len(items):
        return []
    _, each, counts = np.unique(items, return_inverse=True, return_counts=True)
    weights = np.repeat(1 / counts[each.reshape(-1)], probabilities[0].size) / probabilities[0].size / len(counts)
    order = np.argsort(probabilities.reshape(-1), kind="stable")
    sorted_ = probabilities.reshape(-1)[order], right.reshape(-1)[order].astype(float), weights[order]
    found = _cut(*sorted_, 1)
    for count in range(2, min(MOST_BINS, len(counts)) + 1):
        finer = _cut(*sorted_, count)
        if any(high.right < low.right for low, high in pairwise(finer)):
            break
        found = finer
    return found


def _cut(probabilities: np.ndarray, right: np.ndarray, weights: np.ndarray, count: int) -> list[Bin]:
    """So many bins of equal shares."""
    middle = np.cumsum(weights) - weights / 2
    place = np.minimum((middle * count).astype(int), count - 1)
    share, sure, hits = (np.bincount(place, w, count) for w in (weights, weights * probabilities, weights * right))
    return [
        Bin(float(p / s), float(min(h / s, 1.0)), float(s)) for s, p, h in zip(share, sure, hits, strict=True) if s > 0
    ]


@dataclass
class Watch:
    """Sees the scores of test queries pass, and keeps how probable their best answers are.

    asked   the queries with their answers
    known   examples whose answers do not compete
    also    examples whose answers compete, and are no mistakes either
    before  from scores to probabilities, without calibration
    after   likewise with it; None: there is none
    """

    task: Task
    asked: Examples
    known: Sequence[Examples]
    before: Callable[[np.ndarray], np.ndarray]
    after: Callable[[np.ndarray], np.ndarray] | None
    also: Sequence[Examples] = ()
    _parts: list[Confident] = field(default_factory=list)

    def passed(self, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """The blocks of scores, as they are."""
        start, filtered = 0, known_answers(self.asked.queries, self.known) if self.task.open else None
        right = known_answers(self.asked.queries, self.also) if self.task.open else None
        for block in blocks:
            rows = slice(start, start + len(block))
            start = rows.stop
            if self._watches(block, rows):
                self._parts.append(self._of(block, rows, filtered, right))
            yield block

    def _watches(self, block: np.ndarray, rows: slice) -> bool:
        """Whether these are scores of candidates; what they should be is checked by the task."""
        shaped = np.ndim(block) == 2 and np.shape(block)[1] == self.task.width and rows.stop <= len(self.asked)
        return self.task.ranked and self.task.aligned and shaped and not np.isnan(block).any()

    def _of(self, block: np.ndarray, rows: slice, filtered: Filter | None, right: Filter | None) -> Confident:
        answers = np.asarray(self.asked.answers)[rows]
        scores = block if filtered is None else competing(block, answers, filtered[rows])
        before, after = self.before(scores), None if self.after is None else self.after(scores)
        if answers.ndim == 2:
            return Confident(before, answers.astype(bool), after)
        lines, best = np.arange(len(scores)), scores.argmax(1)
        made = Confident(before[lines, best], best == answers, None if after is None else after[lines, best])
        if right is None:
            return made
        if self.also:
            best = competing(scores, answers, right[rows]).argmax(1)
        shown = before if after is None else after
        return replace(made, best=best.astype(np.int32), likely=shown[lines, best].astype(np.float32))

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """What is stored beside the results of the task; nothing where there are no probabilities."""
        if sum(len(part.before) for part in self._parts) != len(self.asked) or not self._parts:
            return {}
        kept = {name: [getattr(part, of) for part in self._parts] for name, of in _NAMES.items()}
        return {name: np.concatenate(parts) for name, parts in kept.items() if parts[0] is not None}


def competing(scores: np.ndarray, answers: np.ndarray | None, known: Filter) -> np.ndarray:
    """[b, C]: -inf for known answers of the same query, other than its own; as in filtered ranks.

    answers  [b] int, of each query its own; -1 or None where it has none
    """
    made = np.array(scores, float)
    made[known.rows(), known.answers] = -np.inf
    if answers is not None:
        rows = np.flatnonzero(answers >= 0)
        made[rows, answers[rows]] = scores[rows, answers[rows]]
    return made


def taken_from(arrays: dict[str, np.ndarray]) -> Confident | None:
    """What `Watch.arrays` stored, taken out of the arrays of an evaluation; None if it stored nothing."""
    taken = {of: arrays.pop(name, None) for name, of in _NAMES.items()}
    before, right = taken.pop("before"), taken.pop("right")
    return None if before is None or right is None else Confident(before, right, **taken)
