"""Sets of answers that hold the right one as often as is asked for, and intervals of numbers: conformal prediction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from relxfer.contract.data import Examples
from relxfer.errors import UsageError
from relxfer.execute.stored.calibration import uncalibrated
from relxfer.judge.conformal import Conformity, nonconformity
from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.ranking import top_k
from relxfer.judge.reliability import competing
from relxfer.predict.chosen import ChosenRow, Member
from relxfer.predict.scores import Best, shown

#: Columns beside the answers: of sets, and of intervals.
OF_SETS, OF_INTERVALS = ("set_size", "abstain"), ("low", "high")
#: Why a query is better not answered.
NONE_FITS, TOO_MANY = "no answer fits", "too many"
#: Bytes of probabilities that are held at once.
_BYTES = 64 * 2**20
_ROUNDING = 1e-12


def columns(chosen: ChosenRow) -> tuple[str, ...]:
    """The columns that are added."""
    return OF_SETS if chosen.domain.task.ranked else OF_INTERVALS


def check(chosen: ChosenRow, level: float) -> None:
    """Check that the models can say sets at a level.

    Raises:
        UsageError: a model has not enough validation labels for it.
    """
    for member in chosen.members:
        found = 0 if member.conformity is None else len(np.unique(member.conformity.items))
        if member.conformity is None or (found + 1) * (1 - level) < 1 - _ROUNDING:
            raise UsageError(
                f"expected at least {int(np.ceil(1 / (1 - level) - _ROUNDING)) - 1} validation labels that the model "
                f"was calibrated on, for --coverage {level:g}, got {found}; choose a row that has some, or ask for less"
            )


def best(chosen: ChosenRow, asked: Examples, k: int, keep_known: bool, level: float) -> Iterator[Best]:
    """Yield the answers of the set of each query in blocks, as `scores.best`; of larger sets the k best.

    A set holds every answer whose p is above 1 - level, the mean of those of the models; see
    `relxfer.judge.conformal`. Beside the answers stand the size of the set, and why the query is better not answered:
    no answer fits, which is unlike what was right in validation, or too many do, more than k or all there are. Then the
    best ones are there all the same. Of numbers, `low` and `high` are the prediction less and plus the quantile of the
    validation errors.
    """
    check(chosen, level)
    known, asked = None if keep_known else chosen.known_to(asked), asked.hidden()
    return _sets(chosen, asked, k, known, level) if chosen.domain.task.ranked else _intervals(chosen, asked, level)


def _conformity(member: Member) -> Conformity:
    assert member.conformity is not None  # `check` has seen it
    return member.conformity


def _intervals(chosen: ChosenRow, asked: Examples, level: float) -> Iterator[Best]:
    width = chosen.domain.task.width
    each = [[_conformity(member).quantile(c, level) for c in range(width)] for member in chosen.members]
    half = np.mean(each, axis=0)
    for block in shown(chosen, asked):
        answers = np.tile(np.arange(width), (len(block), 1))
        yield replace(Best.first(answers, block), beside={"low": block - half, "high": block + half})


def _sets(chosen: ChosenRow, asked: Examples, k: int, known: Filter | None, level: float) -> Iterator[Best]:
    start = 0
    for probable, p in measured(chosen, asked, known):
        rows = slice(start, start + len(p))
        start = rows.stop
        yield _set(chosen, probable, p > 1 - level + _ROUNDING, k, None if known is None else known[rows])


def measured(
    chosen: ChosenRow, asked: Examples, known: Filter | None, own: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield blocks of the probability of every answer and of its p, [b, C] each, means over the models.

    known  answers that do not compete, but for `own` ([n] int), those that are asked about
    """
    size = max(1, _BYTES // (32 * max(1, chosen.domain.task.width)))
    for start in range(0, len(asked), size):
        rows = slice(start, start + size)
        left = None if known is None else known[rows], None if own is None else own[rows]
        yield _of_part(chosen, replace(asked, queries=asked.queries[rows]), *left)


def _of_part(
    chosen: ChosenRow, part: Examples, known: Filter | None, own: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    domain, task = chosen.domain, chosen.domain.task
    groups = domain.query_kinds(part.queries)[:, None] if task.open else np.arange(task.width)[None, :]
    probable, p = np.zeros((len(part), task.width)), np.zeros((len(part), task.width))
    for member in chosen.members:
        start, of = 0, member.calibrated or uncalibrated(task)
        for block in member.learner.predict(part):
            rows = slice(start, start + len(block))
            start = rows.stop
            left = None if own is None else own[rows]
            made = of(block if known is None else competing(block, left, known[rows]))
            probable[rows] += made
            p[rows] += _conformity(member).p_values(nonconformity(made), groups[rows] if task.open else groups)
    return probable / len(chosen.members), p / len(chosen.members)


def _set(chosen: ChosenRow, probable: np.ndarray, inside: np.ndarray, k: int, known: Filter | None) -> Best:
    task = chosen.domain.task
    allowed = np.ones(inside.shape, bool)
    if known is not None:
        allowed[known.rows(), known.answers] = False
    inside &= allowed
    sizes = inside.sum(1)
    # an empty set shows its best answer, which is not in it, so that there is a row for every query
    listed = np.where(sizes[:, None] > 0, inside, allowed)
    answers, scores = top_k(np.where(listed, probable, -1.0), min(k, task.width))
    answers = np.where(scores < 0, -1, answers)
    answers[sizes == 0, 1:] = -1
    ranks = np.stack([1 + (allowed & (probable > scores[:, [i]])).sum(1) for i in range(answers.shape[1])], 1)
    one_right = task.classes or task.open
    why = np.where(sizes > k, TOO_MANY, "")
    why = np.where(one_right & (sizes == 0), NONE_FITS, why)
    why = np.where((not task.open) & (sizes == task.width) & (task.width > 1), TOO_MANY, why)
    return Best(answers, scores, ranks, {"set_size": sizes[:, None], "abstain": why[:, None]})
