"""How many labels are worth buying: where the curve of the chosen row goes, and when scratch would do."""

from __future__ import annotations

import math
from collections.abc import Iterator

from relxfer.choose.recommending.recommendation import Recommendation
from relxfer.judge.curves import power_law
from relxfer.judge.curves.labels import Labels
from relxfer.report import wording
from relxfer.report.answers.phrases import joined
from relxfer.report.curves.tables import OPEN, count
from relxfer.results.curves.learning_curves import Curve, LearningCurves
from relxfer.results.results import Results


def sentences(made: Recommendation, results: Results) -> Iterator[str]:
    """What more labels are worth for the row that was tested, or for scratch where that is to be used."""
    curves = next((each for each in results.curves if each.target == made.target), None)
    if curves is None:
        yield "Labels: the test has one number of labels only, so that there is no curve."
        return
    name = made.arms[made.tested].strategy
    own = next((each for each in curves.strategies if each.strategy == name), None)
    named = made.chosen.strategy if made.chosen.kind == "prior" else name
    by_name = {each.strategy: each for each in curves.strategies}
    curve = curves.scratch if made.chosen.kind == "scratch" else by_name.get(named, own or curves.scratch)
    if curve.labels == (0,):
        yield f"Labels: {curve.strategy} uses none."
    else:
        yield f"Labels: {_points(curve, curves)} {further(curve, curves)}"
    if own is not None and own.catch_up is not None and made.chosen.kind == "transfer":
        yield scratch_needs(own.catch_up)


def _points(curve: Curve, curves: LearningCurves) -> str:
    parts = [f"{wording.share(point.value)} with {point.labels:,}" for point in curve.points if point.labels]
    return f"{curve.strategy} reaches {joined(parts)} ({wording.metric_name(curves.metric)})."


def further(curve: Curve, curves: LearningCurves) -> str:
    """What twice the most labels would give, by a power law through the points, with its interval at 95 %.

    The interval is that of the law's combination of points, taken as independent: they share seeds and items, so that
    the gain is rather better known than it says.
    """
    points = [point for point in curve.points if point.labels]
    labels, sign = [point.labels for point in points], 1 if curves.direction == "higher" else -1
    halves = [(point.high - point.low) / 2 for point in points]
    fitted = power_law.fit(labels, [sign * point.value for point in points], halves)
    twice = 2 * labels[-1]
    if fitted is None:
        last = sign * (points[-1].value - points[-2].value) if len(points) > 1 else None
        if last is None:
            return "One number of labels says nothing of more."
        half = math.hypot(*halves[-2:])
        return (
            f"The points fit no curve that could be continued to {twice:,}; from {labels[-2]:,} to {labels[-1]:,} "
            f"labels it gained {_bracketed(last, half)}{'' if last > half else ', which may be nothing'}."
        )
    slopes = fitted.sensitivity(twice) - fitted.sensitivity(labels[-1])
    gain, half = fitted.law.at(twice) - fitted.law.at(labels[-1]), math.hypot(*(slopes * halves))
    doubt = "" if gain > half else ", which may be nothing"
    return f"Twice as many ({twice:,}) would bring about {_bracketed(gain, half)} more, by a power law{doubt}."


def _bracketed(value: float, half: float) -> str:
    return f"{wording.signed(value)} [{wording.signed(value - half)}, {wording.signed(value + half)}]"


def scratch_needs(labels: Labels) -> str:
    """With how many labels scratch reaches what a row does, in a sentence.

    >>> from relxfer.judge.curves.labels import Span
    >>> scratch_needs(Labels(120.0, "", Span(80.0, None)))
    'Scratch would do as well with about 120 labels [80, …].'
    >>> scratch_needs(Labels(60.0, "at least")), scratch_needs(Labels(None))
    ('Scratch would need more than 60 labels.', 'With how many labels scratch would do as well cannot be said.')
    """
    if labels.value is None:
        return "With how many labels scratch would do as well cannot be said."
    if labels.bound == "at least":
        return f"Scratch would need more than {count(labels.value)} labels."
    if labels.bound == "at most":
        return f"Scratch does as well with {count(labels.value)} labels or fewer."
    if labels.span is None:
        return f"Scratch would do as well with about {count(labels.value)} labels."
    ends = [OPEN if end is None else count(end) for end in (labels.span.low, labels.span.high)]
    return f"Scratch would do as well with about {count(labels.value)} labels [{ends[0]}, {ends[1]}]."
