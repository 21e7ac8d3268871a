"""What the validation points of a training are worth: scores by which trainings are compared, and no test."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from relxfer.store.entry import TrialPoint


def best_so_far(points: Sequence[TrialPoint]) -> list[float]:
    """The best score of the phase until each validation point that has a score; a new phase begins anew.

    >>> point = {"phase": "fit", "step": 0, "validation": 0.5, "logged": {}}
    >>> best_so_far([point, {**point, "validation": 0.25}, {**point, "phase": "next", "validation": 0.125}])
    [0.5, 0.5, 0.125]
    """
    course: list[float] = []
    phase = None
    for point in points:
        if (score := point["validation"]) is None:
            continue
        course.append(max(score, course[-1]) if course and phase == point["phase"] else score)
        phase = point["phase"]
    return course


def averages(points: Sequence[TrialPoint]) -> list[float]:
    """The mean of the scores of the phase until each validation point that has a score.

    >>> point = {"phase": "fit", "step": 0, "validation": 0.5, "logged": {}}
    >>> averages([point, {**point, "validation": 0.25}, {**point, "phase": "next", "validation": 0.125}])
    [0.5, 0.375, 0.125]
    """
    made: list[float] = []
    scores: list[float] = []
    phase = None
    for point in points:
        if (score := point["validation"]) is not None:
            scores = [*scores, score] if phase == point["phase"] else [score]
            made.append(fmean(scores))
            phase = point["phase"]
    return made


def later(points: Sequence[TrialPoint]) -> float | None:
    """The mean score over the later half of the validation points of the last phase; None with fewer than two.

    The best of many noisy points is too good, and more so the more a score moves, so that the best would favour what
    trains over a source unchanged, which has one point, and high learning rates over low ones. The mean of several
    points also varies less.

    >>> point = {"phase": "fit", "step": 0, "validation": 0.9, "logged": {}}
    >>> later([point, {**point, "validation": 0.4}, {**point, "validation": 0.6}])
    0.5
    """
    scored = [(point["phase"], point["validation"]) for point in points]
    known = [(phase, score) for phase, score in scored if score is not None]
    last = [score for phase, score in known if phase == known[-1][0]]
    return fmean(last[len(last) // 2 :]) if len(last) > 1 else None
