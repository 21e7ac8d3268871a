"""Plots of learning curves as PNG or SVG; needs the extra `plot`."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from relxfer.errors import UsageError
from relxfer.report import wording
from relxfer.results import names
from relxfer.results.learning_curves import Curve, LearningCurves
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

    A panel shows the metric with its 95 % intervals against the number of labels, on a logarithmic axis.
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
    ends = curves.scratch.labels[0], curves.scratch.labels[-1]
    for curve in (curves.scratch, *curves.strategies):
        _line(panel, curve, ends)
    panel.set_xscale("log")
    panel.set_xticks(curves.scratch.labels, [f"{n:,}" for n in curves.scratch.labels])
    panel.minorticks_off()
    panel.set_title(names.transfer(curves.source, curves.target))
    panel.set_xlabel("target labels")
    panel.set_ylabel(wording.metric_name(curves.metric))
    panel.legend()


def _line(panel: Any, curve: Curve, ends: tuple[int, int]) -> None:
    """Draw a curve and its intervals; a strategy without labels is a level line over the range `ends`."""
    free = curve.labels == (0,)
    labels, values = (ends, curve.values * 2) if free else (curve.labels, curve.values)
    lows, highs = zip(*(curve.spans * 2 if free else curve.spans), strict=True)
    (line,) = panel.plot(labels, values, marker=None if free else "o", ls="--" if free else "-", label=curve.strategy)
    panel.fill_between(labels, lows, highs, color=line.get_color(), alpha=0.15, linewidth=0)
