"""Plots of learning curves as PNG or SVG; needs the extra `plot`."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from relxfer.errors import UsageError
from relxfer.report import wording
from relxfer.report.curves.tables import ticks, times, with_span
from relxfer.results import names
from relxfer.results.curves.learning_curves import Curve, LearningCurves
from relxfer.store import escaping
from relxfer.store.files import write_bytes

FORMATS = (".png", ".svg")


def check(path: Path) -> None:
    """Check before anything is computed that `path` can be written.

    Raises:
        UsageError: its format is not supported, it is not a file, or matplotlib is not installed.
    """
    if path.suffix not in FORMATS:
        raise UsageError(f"expected a file ending in {' or '.join(FORMATS)} after --plot, got {path.name!r}")
    if path.exists() and not path.is_file():
        raise UsageError(f"Cannot write {path}: it is not a file. Choose another --plot.")
    _figure_class()


def save(all_curves: Sequence[LearningCurves], path: Path) -> None:
    """Write a plot with a panel for every source and target.

    A panel shows the metric with its 95 % intervals against the number of labels, on a logarithmic axis. The
    label-efficiency multiples stand at the points; a cross marks the labels with which scratch catches up, and a dotted
    line their interval.
    """
    figure = _figure_class()(figsize=(6, 4 * len(all_curves)), layout="constrained")
    panels = figure.subplots(len(all_curves), squeeze=False)[:, 0]
    for panel, curves in zip(panels, escaping.every(all_curves, escaping.picture), strict=True):
        _draw(panel, curves)
    sink = io.BytesIO()
    figure.savefig(sink, format=path.suffix[1:], dpi=150)
    write_bytes(path, sink.getvalue())


def _figure_class() -> Any:
    """The class `Figure` of matplotlib, which unlike pyplot needs no display."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise UsageError("expected matplotlib for --plot, got none; pip install 'relxfer[plot]'") from None
    return Figure


def _draw(panel: Any, curves: LearningCurves) -> None:
    counts = ticks(curves)
    for curve in (curves.scratch, *curves.strategies):
        _line(panel, curve, (counts[0], counts[-1]))
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
        panel.plot(steps, [curves.law.at(n) for n in steps], color="C0", ls=":")


def _line(panel: Any, curve: Curve, ends: tuple[int, int]) -> None:
    """Draw a curve and its intervals; a strategy without labels is a level line over the range `ends`."""
    free = curve.labels == (0,)
    points = curve.points * 2 if free else [point for point in curve.points if point.labels]
    labels, values = ends if free else [point.labels for point in points], [point.value for point in points]
    (line,) = panel.plot(labels, values, marker=None if free else "o", ls="--" if free else "-", label=curve.strategy)
    lows, highs = [point.low for point in points], [point.high for point in points]
    panel.fill_between(labels, lows, highs, color=line.get_color(), alpha=0.15, linewidth=0)
    for point in points:
        if point.multiple:
            _write(panel, (point.labels, point.value), with_span(point.multiple, times), line.get_color())
    _needed(panel, curve, line.get_color())


def _needed(panel: Any, curve: Curve, color: str) -> None:
    """Draw the labels with which scratch reaches the last value of a strategy, and their interval if it has ends."""
    needed, last = curve.catch_up, curve.points[-1]
    if needed is None or needed.value is None or needed.bound:
        return
    panel.plot([needed.value], [last.value], marker="x", color=color)
    if needed.span and needed.span.low and needed.span.high:
        panel.hlines(last.value, needed.span.low, needed.span.high, color=color, ls=":")


def _write(panel: Any, at: tuple[float, float], text: str, color: str) -> None:
    panel.annotate(text, at, xytext=(0, 6), textcoords="offset points", ha="center", fontsize=6, color=color)
