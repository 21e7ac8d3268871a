"""Verdicts on the questions of one run, which hold all at once.

A question compares a row with each of its alternatives, all of which it could be replaced by. HELPS is claimed where
the row is better than every one of them (intersection-union: each at the level of the row, without a correction for
how many there are), HURTS where some is better than the row, NO DIFFERENCE where the gain over the best of them is
surely smaller than matters. Wrong claims of the first two kinds, anywhere in the family, have a chance of at most 5 %
(Holm), and so have those of the third kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relxfer.judge.intervals import Comparison
from relxfer.judge.multiplicity import false_discovery, holm
from relxfer.judge.records import Verdict

ALPHA = 0.05
#: The fewest seeds of what is trained, groups of items, and items of a class for which there is a verdict.
LEAST_SEEDS, LEAST_GROUPS, LEAST_OF_A_CLASS = 3, 10, 5


@dataclass(frozen=True)
class Question:
    """What is asked about one row.

    comparisons  with its alternatives
    minimal      the smallest gain that matters; None: unknown, so that nothing can be too small to matter
    asked        whether the question belongs to the family; the others are exploratory
    no_verdict   why there can be no verdict, such as too few seeds; empty if there can
    """

    comparisons: tuple[Comparison, ...]
    minimal: float | None = None
    asked: bool = True
    no_verdict: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer to a question.

    verdict     None where there can be none, or where the question is exploratory
    p           of the claim that the row is better than all alternatives, or worse than some, two-sided
    p_adjusted  p over the family; None outside of it
    q           the false-discovery rate, over all questions of the run that can have a verdict; None for the others
    excludes    the smallest effect that the row could have been told from: no gain or loss beyond it is compatible with
                the run at 5 %
    """

    verdict: Verdict | None
    p: float
    p_adjusted: float | None
    q: float | None
    excludes: float


def answers(questions: Sequence[Question], alpha: float = ALPHA) -> list[Answer]:
    """The answers to all questions of a run.

    alpha  the chance of a wrong claim of either kind, anywhere in the family

    >>> from relxfer.judge import squares
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> made = [Comparison.alone(squares.of(gain + rng.normal(size=(6, 300)) / 5)) for gain in (0.1, 0.0)]
    >>> [str(answer.verdict) for answer in answers([Question((each,), 0.05) for each in made])]
    ['HELPS', 'NO DIFFERENCE']
    """
    differ, equal = [_p_differ(each) for each in questions], [_p_equal(each) for each in questions]
    family = [i for i, each in enumerate(questions) if each.asked and not each.no_verdict]
    judged = [i for i, each in enumerate(questions) if not each.no_verdict]
    differ_all = dict(zip(family, holm([differ[i] for i in family]), strict=True))
    equal_all = dict(zip(family, holm([equal[i] for i in family]), strict=True))
    q = dict(zip(judged, false_discovery([differ[i] for i in judged]), strict=True))
    made = []
    for i, question in enumerate(questions):
        verdict = _verdict(question, differ_all[i], equal_all[i], alpha) if i in differ_all else None
        made.append(Answer(verdict, differ[i], differ_all.get(i), q.get(i), _excludes(question)))
    return made


def answer_at(question: Question, factor: float) -> Answer:
    """The answer to one question where p counts `factor` times, as at a look at a growing run (see `looks`).

    It has no q: a false-discovery rate does not hold where rows stop at p of their own.
    """
    differ, equal = _p_differ(question), _p_equal(question)
    adjusted = min(1.0, differ * factor)
    told = question.asked and not question.no_verdict
    verdict = _verdict(question, adjusted, min(1.0, equal * factor), ALPHA) if told else None
    return Answer(verdict, differ, adjusted if told else None, None, _excludes(question))


def _verdict(question: Question, differ: float, equal: float, alpha: float) -> Verdict:
    if equal <= alpha:  # first: a difference may be real, and smaller than matters
        return Verdict.NO_DIFFERENCE
    if differ > alpha:
        return Verdict.INCONCLUSIVE
    return Verdict.HELPS if all(each.mean > 0 for each in question.comparisons) else Verdict.HURTS


def _p_differ(question: Question) -> float:
    """Better than every alternative: the largest p of all. Worse than some: the smallest p times their number."""
    made = [_p(each, each.mean) for each in question.comparisons]
    if all(each.mean > 0 for each in question.comparisons):
        return max(made)
    worse = [p for p, each in zip(made, question.comparisons, strict=True) if each.mean < 0]
    return min([1.0, *(p * len(made) for p in worse)])


def _p(comparison: Comparison, distance: float) -> float:
    """p, and never less than a sign test of as many items as differ could give."""
    return min(1.0, max(comparison.p(distance), 2.0 ** (1 - comparison.squares.differ)))


def _p_equal(question: Question) -> float:
    """No gain is below -minimal, and the gain over the best alternative is not above it: two one-sided tests."""
    if question.minimal is None:
        return 1.0
    lower = max(_one_sided(each, question.minimal + each.mean) for each in question.comparisons)
    upper = min(_one_sided(each, question.minimal - each.mean) for each in question.comparisons)
    return min(1.0, max(lower, upper * len(question.comparisons)))


def _one_sided(comparison: Comparison, distance: float) -> float:
    """p of a mean that lies by a distance on the right side of a limit; negative: on the wrong one."""
    p = comparison.p(distance) / 2
    return p if distance > 0 else 1 - p


def _excludes(question: Question) -> float:
    """|gain| + the half-width at level 90 %, over the alternative with the least gain."""
    least = min(question.comparisons, key=lambda each: each.mean)
    return abs(least.mean) + least.half(2 * ALPHA)
