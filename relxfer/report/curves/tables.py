"""Learning curves in the terminal: a chart, and tables of label efficiency."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.judge.curves.labels import Labels
from relxfer.judge.records import Interval
from relxfer.report import wording
from relxfer.report.curves import chart
from relxfer.report.table import table
from relxfer.results import names
from relxfer.results.curves.learning_curves import Curve, LearningCurves, Point
from relxfer.results.results import Results
from relxfer.store import escaping

#: In place of an end of an interval that the run does not limit.
OPEN = "…"
LEGEND = (
    "scratch needs: how many times as many labels as the strategy (or how many, beside one without labels) scratch "
    "needs for the same value; in brackets what the run cannot tell apart at 95 %, over seeds and items at once; ≥: "
    f"scratch never gets there; ≤: it is there from its first point on; {OPEN}: the run sets no limit",
    "jumpstart, asymptotic: gain over scratch at its fewest labels, and at its most; to V: labels for the value V, "
    "which scratch reaches with its most; catch-up: labels with which scratch reaches what the strategy does with its "
    "most",
    "between its points a curve is a straight line in the logarithm of labels that never becomes worse; ~: "
    "extrapolated by a power law through the points of scratch, to ten times its labels at most, with an interval at "
    "99 %; where that has no end there, the number cannot be said",
)


def section(results: Results) -> RenderableType | None:
    """All learning curves of a run; None where there are none."""
    return render(results.curves) if results.curves else None


def render(curves: Sequence[LearningCurves]) -> RenderableType:
    """Charts and tables of learning curves, with a legend."""
    return with_legend(render_sections(curves))


def render_sections(curves: Sequence[LearningCurves]) -> list[RenderableType]:
    """Charts and tables of learning curves."""
    return [item for each in escaping.every(curves, escaping.terminal) for item in _section(each)]


def with_legend(sections: Sequence[RenderableType]) -> RenderableType:
    """Charts and tables of learning curves, and what they mean."""
    return Group(*sections, *(Text(line, style="dim") for line in LEGEND))


def title(curves: LearningCurves) -> str:
    """What is drawn."""
    transfer = names.transfer(curves.source, curves.target)
    return f"{transfer}: {wording.metric_name(curves.metric)} against target labels"


def _section(curves: LearningCurves) -> Iterator[RenderableType]:
    yield Text(title(curves), style="bold")
    yield Text("\n".join(chart.draw(drawn(curves), ticks(curves))))
    yield _table(points_head(curves), points(curves))
    yield _table(figures_head(curves), figures(curves))
    yield from (Text(f"note: {note}", style="dim") for note in curves.notes)


def ticks(curves: LearningCurves) -> list[int]:
    """All numbers of labels above 0, ascending."""
    return sorted({n for curve in (curves.scratch, *curves.strategies) for n in curve.labels if n})


def drawn(curves: LearningCurves) -> dict[str, list[tuple[float, float]]]:
    """Name -> points (labels, value) of a curve; a strategy without labels is a level line from end to end."""
    ends = ticks(curves)[0], ticks(curves)[-1]
    return {
        curve.strategy: [(n, curve.values[0]) for n in ends]
        if curve.labels == (0,)
        else [(point.labels, point.value) for point in curve.points if point.labels]
        for curve in (curves.scratch, *curves.strategies)
    }


def _table(head: Sequence[str], rows: Iterator[list[str]]) -> Table:
    made = table(head)
    for row in rows:
        made.add_row(*row)
    return made


def points_head(curves: LearningCurves) -> list[str]:
    """The columns of `points`."""
    return ["strategy", "labels", f"{wording.metric_name(curves.metric)} [95 %]", "scratch needs [95 %]"]


def points(curves: LearningCurves) -> Iterator[list[str]]:
    """A line for every strategy and number of labels."""
    for curve in (*curves.strategies, curves.scratch):
        for number, point in enumerate(curve.points):
            value = wording.interval(Interval(point.value, point.low, point.high, 0, 0))
            yield [curve.strategy if number == 0 else "", f"{point.labels:,}", value, needed(point)]


def needed(point: Point) -> str:
    """The labels that scratch needs, as a multiple where there is one."""
    if point.multiple:
        return with_span(point.multiple, times)
    return with_span(point.worth, lambda labels: f"{count(labels)} labels") if point.worth else wording.EMPTY


def figures_head(curves: LearningCurves) -> list[str]:
    """The columns of `figures`."""
    return ["strategy", "jumpstart", "asymptotic", f"to {wording.share(curves.level)}", "catch-up"]


def figures(curves: LearningCurves, separator: str = "\n") -> Iterator[list[str]]:
    """A line for every strategy, whose cells have intervals behind a separator."""
    for curve in (*curves.strategies, curves.scratch):
        gains = (_gain(gain, separator) for gain in (curve.jumpstart, curve.asymptotic))
        catch_up = with_span(curve.catch_up, count, separator) if curve.catch_up else wording.EMPTY
        yield [curve.strategy, *gains, _reached(curve, separator), catch_up]


def _gain(gain: Interval | None, separator: str) -> str:
    if gain is None:
        return wording.EMPTY
    return f"{wording.signed(gain.estimate)}{separator}[{wording.signed(gain.low)}, {wording.signed(gain.high)}]"


def _reached(curve: Curve, separator: str) -> str:
    if curve.to_level is None:
        return wording.EMPTY
    if curve.labels != (0,):
        return with_span(curve.to_level, count, separator)
    if curve.to_level.span is None or (curve.to_level.span.low, curve.to_level.span.high) == (None, None):
        return "inconclusive"
    return "never" if curve.to_level.bound == "at least" else "0"


#: What a number stands with, and the ends of its interval do not.
_UNIT = re.compile("^×| labels$")
_BOUNDS = {"": "", "at least": "≥ ", "at most": "≤ "}


def with_span(made: Labels, write: Callable[[float], str], separator: str = " ") -> str:
    """A number of labels or a multiple, with its interval where there is one.

    >>> from relxfer.judge.curves.labels import Span
    >>> with_span(Labels(3.14, "at least", Span(0.42, None)), times)
    '≥ ×3.1 [.4, …]'
    >>> with_span(Labels(1912.0, "", Span(1300.0, 4200.0), extrapolated=True), count)
    '~1,912 [1,300, 4,200]'
    >>> with_span(Labels(None), count)
    'cannot be said'
    """
    estimate = "cannot be said" if made.value is None else _BOUNDS[made.bound] + "~" * made.extrapolated
    estimate += "" if made.value is None else write(made.value)
    if made.span is None or (made.bound == "at least" and made.span.low == made.value):
        return estimate
    ends = [OPEN if end is None else _UNIT.sub("", write(end)) for end in (made.span.low, made.span.high)]
    return f"{estimate}{separator}[{', '.join(ends)}]"


def times(multiple: float) -> str:
    """A multiple of a number of labels.

    >>> times(3.14159), times(0.512), times(120.0)
    ('×3.1', '×.5', '×120')
    """
    text = f"{multiple:,.{0 if multiple >= 9.95 else 1 if multiple >= 0.095 else 2}f}"
    return f"×{text[1:] if text.startswith('0.') else text}"


def count(labels: float) -> str:
    """A number of labels.

    >>> count(1234.4)
    '1,234'
    """
    return f"{labels:,.0f}"
