"""Forest plot: the gain of every row with its interval, beside no gain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relxfer.judge.records import Gain, Interval, Verdict
from relxfer.report import wording
from relxfer.report.plots.canvas import COLOURS, WIDTH, named, panels, styled
from relxfer.results.records import MetricSummary

#: Verdict -> colour and marker; a row without a verdict has the last.
_MARKS: dict[Verdict | None, tuple[str, str, Any]] = {
    Verdict.HELPS: (COLOURS[2], "o", "full"),
    Verdict.HURTS: (COLOURS[1], "s", "full"),
    Verdict.NO_DIFFERENCE: (COLOURS[0], "D", "full"),
    Verdict.INCONCLUSIVE: (COLOURS[6], "o", "none"),
    None: (COLOURS[6], "x", "full"),
}


@styled
def figure(gains: Sequence[tuple[str, Interval]], metric: MetricSummary) -> Any:
    """A figure of matplotlib with a line for each gain, the first on top.

    gains   gains in a metric, each with a name; those of rows have verdicts
    metric  the metric that decides, whose unit the axis has
    """
    made, (panel,) = panels(1, 0.9 + 0.23 * len(gains), WIDTH)
    panel.axvline(0, color="#000000", linewidth=0.8)
    if metric.minimal_effect:
        panel.axvspan(-metric.minimal_effect, metric.minimal_effect, color=COLOURS[6], alpha=0.12, linewidth=0)
    for height, (_, gain) in enumerate(gains):
        _line(panel, gain, -height)
    panel.set_yticks([-height for height in range(len(gains))], [named(name) for name, _ in gains])
    panel.tick_params(axis="y", length=0)
    panel.set_ylim(-len(gains) + 0.4, 0.6)
    panel.set_xlabel(f"gain in {named(wording.metric_name(metric.name))}, 95 % interval")
    verdicts = [gain.verdict for _, gain in gains if isinstance(gain, Gain)]
    if verdicts:
        _legend(made, verdicts)
    return made


def _line(panel: Any, gain: Interval, y: float) -> None:
    colour, marker, fill = _MARKS[gain.verdict] if isinstance(gain, Gain) else (COLOURS[0], "o", "full")
    panel.plot([gain.low, gain.high], [y, y], color=colour, linewidth=1.5)
    panel.plot([gain.estimate], [y], marker=marker, fillstyle=fill, color=colour, markeredgecolor=colour)


def _legend(figure: Any, used: Sequence[Verdict | None]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, marker=marker, fillstyle=fill, label=str(verdict or "no verdict"))
        for verdict, (colour, marker, fill) in _MARKS.items()
        if verdict in used
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
