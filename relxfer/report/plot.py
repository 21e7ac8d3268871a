"""Learning curves as a picture; needs the extra `plot`."""

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
    """Before anything is computed: whether `path` can be written in its format."""
    if path.suffix not in FORMATS:
        raise UsageError(f"expected a file ending in {' or '.join(FORMATS)} after --plot, got {path.name!r}")
    if path.exists() and not path.is_file():
        raise UsageError(f"expected a file to write, got {path}, which is none; choose another --plot")
    _figure_class()


def save(found: Sequence[LearningCurves], path: Path) -> None:
    """One panel for every source and target: the metric with its 95 % intervals against labels, on a log axis."""
    figure = _figure_class()(figsize=(6, 4 * len(found)), layout="constrained")
    panels = figure.subplots(len(found), squeeze=False)[:, 0]
    for panel, curves in zip(panels, escaping.every(found, escaping.picture), strict=True):
        _draw(panel, curves)
    sink = io.BytesIO()
    figure.savefig(sink, format=path.suffix[1:], dpi=150)
    write_bytes(path, sink.getvalue())


def _figure_class() -> Any:
    """matplotlib's figure, which without pyplot needs no display."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise UsageError("expected matplotlib for --plot, got none; pip install 'relxfer[plot]'") from None
    return Figure


def _draw(panel: Any, found: LearningCurves) -> None:
    ends = found.scratch.labels[0], found.scratch.labels[-1]
    for curve in (found.scratch, *found.strategies):
        _line(panel, curve, ends)
    panel.set_xscale("log")
    panel.set_xticks(found.scratch.labels, [f"{n:,}" for n in found.scratch.labels])
    panel.minorticks_off()
    panel.set_title(names.transfer(found.source, found.target))
    panel.set_xlabel("target labels")
    panel.set_ylabel(wording.metric_name(found.metric))
    panel.legend()


def _line(panel: Any, curve: Curve, ends: tuple[int, int]) -> None:
    """A strategy without labels is a level line."""
    free = curve.labels == (0,)
    labels, values = (ends, curve.values * 2) if free else (curve.labels, curve.values)
    lows, highs = zip(*(curve.spans * 2 if free else curve.spans), strict=True)
    (line,) = panel.plot(labels, values, marker=None if free else "o", ls="--" if free else "-", label=curve.strategy)
    panel.fill_between(labels, lows, highs, color=line.get_color(), alpha=0.15, linewidth=0)
