"""Learning curves: a metric with its intervals against the number of target labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relxfer.report import wording
from relxfer.report.curves.tables import ticks, times, with_span
from relxfer.report.plots.canvas import COLOURS, MARKERS, panels, styled
from relxfer.results import names
from relxfer.results.curves.learning_curves import Curve, LearningCurves
from relxfer.store import escaping

#: Strategies up to which multiples stand at the points; those of more would hide each other.
_NUMBERED = 2


@styled
def figure(all_curves: Sequence[LearningCurves]) -> Any:
    """A figure of matplotlib with a panel for every source and target.

    A panel shows the metric with its 95 % intervals against the number of labels, on a logarithmic axis. The
    label-efficiency multiples stand at the points of one or two strategies; a cross marks the labels with which scratch
    catches up, and a dotted line their interval.
    """
    made, axes = panels(len(all_curves), 3.6)
    for panel, curves in zip(axes, escaping.every(all_curves, escaping.picture), strict=True):
        _draw(panel, curves)
    return made


def _draw(panel: Any, curves: LearningCurves) -> None:
    counts = ticks(curves)
    several = sum(curve.labels != (0,) for curve in curves.strategies) > _NUMBERED
    for number, curve in enumerate((curves.scratch, *curves.strategies)):
        _line(panel, curve, (counts[0], counts[-1]), number)
        for point in () if several else curve.points:
            if point.multiple:
                _write(panel, (point.labels, point.value), with_span(point.multiple, times))
    _continued(panel, curves)
    panel.set_xscale("log")
    panel.set_xticks(counts, [f"{n:,}" for n in counts])
    panel.minorticks_off()
    panel.set_title(names.transfer(curves.source, curves.target))
    panel.set_xlabel("target labels")
    panel.set_ylabel(wording.metric_name(curves.metric))
    panel.legend()


def _continued(panel: Any, curves: LearningCurves) -> None:
    """Draw the law of scratch as far as a number of labels was read off it."""
    needed = [curve.catch_up for curve in curves.strategies if curve.catch_up and curve.catch_up.extrapolated]
    ends = [end for each in needed if each.span for end in (each.value, each.span.low, each.span.high) if end]
    if curves.law and ends:
        most = curves.scratch.labels[-1]
        steps = [most * (max(ends) / most) ** (step / 50) for step in range(51)]
        panel.plot(steps, [curves.law.at(n) for n in steps], color=COLOURS[0], ls=":")


def _line(panel: Any, curve: Curve, ends: tuple[int, int], number: int) -> None:
    """Draw a curve and its intervals; a strategy without labels is a level line over the range `ends`."""
    free, color = curve.labels == (0,), COLOURS[number % len(COLOURS)]
    points = curve.points * 2 if free else [point for point in curve.points if point.labels]
    labels, values = ends if free else [point.labels for point in points], [point.value for point in points]
    marker = None if free else MARKERS[number % len(MARKERS)]
    panel.plot(labels, values, marker=marker, ls="--" if free else "-", color=color, label=curve.strategy)
    lows, highs = [point.low for point in points], [point.high for point in points]
    panel.fill_between(labels, lows, highs, color=color, alpha=0.07 if free else 0.15, linewidth=0)
    _needed(panel, curve, color)


def _needed(panel: Any, curve: Curve, color: str) -> None:
    """Draw the labels with which scratch reaches the last value of a strategy, and their interval if it has ends."""
    needed, last = curve.catch_up, curve.points[-1]
    if needed is None or needed.value is None or needed.bound:
        return
    panel.plot([needed.value], [last.value], marker="x", color=color)
    if needed.span and needed.span.low and needed.span.high:
        panel.hlines(last.value, needed.span.low, needed.span.high, color=color, ls=":")


def _write(panel: Any, at: tuple[float, float], text: str) -> None:
    panel.annotate(text, at, xytext=(0, 6), textcoords="offset points", ha="center", fontsize=7)
