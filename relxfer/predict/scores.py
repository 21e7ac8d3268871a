"""From the scores of models to what is shown of them: the only place where scores become probabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.tasks import Task
from relxfer.judge.metrics.classification import softmax
from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.ranking import rank_block, top_blocks, top_k
from relxfer.judge.reliability import competing
from relxfer.predict.chosen import ChosenRow, Member

#: Bytes of scores that several models hold at once.
_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Best:
    """Answers to b queries.

    answers  [b, k] int, best first; -1 where there are fewer than k
    scores   [b, k], NaN there
    ranks    [b, k] int: of each answer among all candidates of its query
    beside   name of a further column -> [b, 1], of each query, or [b, k], of each answer
    """

    answers: np.ndarray
    scores: np.ndarray
    ranks: np.ndarray
    beside: Mapping[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def first(cls, answers: np.ndarray, scores: np.ndarray) -> Best:
        """The best answers to each query."""
        return cls(answers, scores, np.broadcast_to(np.arange(1, answers.shape[1] + 1), answers.shape))

    def take(self, rows: slice) -> Best:
        """The answers to these queries."""
        beside = {name: of[rows] for name, of in self.beside.items()}
        return Best(self.answers[rows], self.scores[rows], self.ranks[rows], beside)


def best(chosen: ChosenRow, asked: Examples, k: int, keep_known: bool) -> Iterator[Best]:
    """Yield the best answers in blocks, or the answer that a query says itself, with its rank among all candidates.

    Known answers are left out, unless `keep_known` is set. Where answers are numbers, all of them are yielded.
    """
    known, task = None if keep_known else chosen.known_to(asked), chosen.domain.task
    said = None if asked.answers is None or not task.ranked else np.asarray(asked.answers)
    asked = asked.hidden()
    if not task.ranked:
        return (Best.first(np.tile(np.arange(task.width), (len(b), 1)), b) for b in shown(chosen, asked))
    if said is not None:
        return _with_said(shown(chosen, asked, known, said), said, k, known)
    plain = len(chosen.members) == 1 and chosen.members[0].calibrated is None
    if task.open and plain and hasattr(chosen.learner, "top"):
        return (Best.first(*block) for block in chosen.learner.top(asked, k, known))
    return (Best.first(*block) for block in top_blocks(shown(chosen, asked, known), k, known))


def _with_said(blocks: Iterator[np.ndarray], said: np.ndarray, k: int, known: Filter | None) -> Iterator[Best]:
    """As `best` where some queries say their answers [n], -1 for others; a tie has its middle rank, rounded up."""
    start = 0
    for scores in blocks:
        rows = slice(start, start + len(scores))
        start, own = rows.stop, said[rows]
        nothing = Filter(np.zeros(len(scores) + 1, np.int64), np.zeros(0, np.int64))
        filtered = nothing if known is None else known[rows]
        made = Best.first(*top_k(scores, min(k, scores.shape[1]), filtered))
        answers, values, ranks = (np.array(part) for part in (made.answers, made.scores, made.ranks))
        for row in np.flatnonzero(own >= 0):
            rank = rank_block(scores[row : row + 1], own[row : row + 1], filtered[row : row + 1]).realistic
            answers[row], values[row] = -1, np.nan
            answers[row, 0], values[row, 0], ranks[row, 0] = own[row], scores[row, own[row]], np.ceil(rank[0])
        yield Best(answers, values, ranks)


def shown(
    chosen: ChosenRow, asked: Examples, known: Filter | None = None, said: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Blocks [b, C] of what is shown of the scores of all candidates.

    Of one model this is its calibrated probability, or what its task shows. Of several it is the mean over the models:
    p(y|x) = sum_m p_m(y|x) / M, the mixture of their probabilities (Lakshminarayanan et al. 2017, section 2.4). Where
    models give scores that are no probabilities, as in a ranking, p_m is the softmax of the scores of a query over its
    candidates: it keeps their order, and gives models whose scores have another scale the same say. Numbers are
    averaged as they are. Known answers, but for the one that a query says itself, do not compete for probability.
    """
    task = chosen.domain.task
    if len(chosen.members) == 1:
        (member,) = chosen.members
        return map(member.calibrated or task.shown, scored(member, asked, known, said))
    return _mixed(chosen, asked, known, said)


def scored(
    member: Member, asked: Examples, known: Filter | None, said: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Blocks [b, C] of the scores of a model; where it is calibrated, -inf for known answers."""
    start = 0
    for block in member.learner.predict(asked):
        rows = slice(start, start + len(block))
        start = rows.stop
        if known is None or member.calibrated is None:
            yield block
        else:
            yield competing(block, None if said is None else said[rows], known[rows])


def _mixed(chosen: ChosenRow, asked: Examples, known: Filter | None, said: np.ndarray | None) -> Iterator[np.ndarray]:
    """The mean over the models, for so many queries at once that the scores of all models fit into memory."""
    task, size = chosen.domain.task, max(1, _BYTES // (16 * max(1, chosen.domain.task.width)))
    for start in range(0, len(asked), size):
        rows = slice(start, start + size)
        part = replace(asked, queries=asked.queries[rows])
        left = None if known is None else known[rows], None if said is None else said[rows]
        total = np.zeros((len(part), task.width))
        for member in chosen.members:
            row = 0
            for block in map(_of_member(member, task), scored(member, part, *left)):
                total[row : row + len(block)] += block
                row += len(block)
        yield total / len(chosen.members)


def _of_member(member: Member, task: Task) -> Callable[[np.ndarray], np.ndarray]:
    """From the scores of a model to what can be averaged with those of others."""
    if member.calibrated is not None:
        return member.calibrated
    return task.shown if task.shows == "probability" or not task.ranked else softmax
