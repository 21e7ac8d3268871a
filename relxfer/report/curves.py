"""Learning curves in the terminal: a chart, and a table of label efficiency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.report import chart, wording
from relxfer.report.table import table
from relxfer.results import names
from relxfer.results.learning_curves import Curve, Labels, LearningCurves
from relxfer.store import escaping

#: Numbers of labels from which on the report shows learning curves by default.
SHOWN_FROM = 3
_LEGEND = (
    "in brackets: how many times as many labels scratch needs for the same value, or for a strategy without labels how "
    "many (log-linear between its points); ≥: scratch never gets there; ≤: it is there from its first point on",
    "jumpstart, asymptotic: gain over scratch at its fewest labels, and at its most; to LEVEL: the fewest labels with "
    "which the level is reached that scratch reaches with its most",
)


def render(curves: Sequence[LearningCurves]) -> RenderableType:
    """Charts and tables of learning curves, with a legend."""
    sections = [item for each in escaping.every(curves, escaping.terminal) for item in _section(each)]
    return Group(*sections, *(Text(line, style="dim") for line in _LEGEND))


def shown_by_default(curves: Sequence[LearningCurves]) -> list[LearningCurves]:
    """The learning curves with enough points that the report shows them by default."""
    return [each for each in curves if len(each.scratch.labels) >= SHOWN_FROM]


def _section(curves: LearningCurves) -> Iterator[RenderableType]:
    name = wording.metric_name(curves.metric)
    transfer = names.transfer(curves.source, curves.target)
    yield Text(f"{transfer}: {name} against target labels", style="bold")
    yield Text("\n".join(chart.draw(drawn(curves), curves.scratch.labels)))
    yield _table(curves)


def drawn(curves: LearningCurves) -> dict[str, list[tuple[float, float]]]:
    """Name -> points (labels, value) of a curve; a strategy without labels is a level line as long as scratch."""
    ends = curves.scratch.labels[0], curves.scratch.labels[-1]
    return {
        curve.strategy: [(n, curve.values[0]) for n in ends]
        if curve.labels == (0,)
        else list(zip(curve.labels, curve.values, strict=True))
        for curve in (curves.scratch, *curves.strategies)
    }


def _table(curves: LearningCurves) -> Table:
    counts = sorted({n for curve in (curves.scratch, *curves.strategies) for n in curve.labels})
    figures = ("jumpstart", "asymptotic", f"to {wording.share(curves.level)}")
    made = table(("strategy", *(f"{n:,} labels" for n in counts), *figures))
    for curve in curves.strategies:
        made.add_row(curve.strategy, *_values(curves, curve, counts), *_figures(curves, curve))
    scratch = dict(zip(curves.scratch.labels, curves.scratch.values, strict=True))
    values = (wording.share(scratch.get(n)) for n in counts)
    made.add_row(curves.scratch.strategy, *values, wording.EMPTY, wording.EMPTY, _reached(curves, curves.scratch))
    return made


def _values(curves: LearningCurves, curve: Curve, counts: Sequence[int]) -> Iterator[str]:
    worth = dict(zip(curve.labels, curves.worth(curve), strict=True))
    for n in counts:
        if n not in worth:
            yield wording.EMPTY
        else:
            value = curve.values[curve.labels.index(n)]
            yield f"{wording.share(value)} ({times(worth[n].per(n)) if n else labels(worth[n])})"


def _figures(curves: LearningCurves, curve: Curve) -> Iterator[str]:
    for gain in (curves.jumpstart(curve), curves.asymptotic(curve)):
        yield wording.EMPTY if gain is None else wording.signed(gain)
    yield _reached(curves, curve)


def _reached(curves: LearningCurves, curve: Curve) -> str:
    first = curve.first_at(curves.level)
    return "never" if first is None else f"{first:,}"


_BOUNDS = {"": "", "at least": "≥ ", "at most": "≤ "}


def times(multiple: Labels) -> str:
    """A multiple of a number of labels.

    >>> times(Labels(3.14159)), times(Labels(120.0, "at least"))
    ('×3.1', '≥ ×120')
    """
    return f"{_BOUNDS[multiple.bound]}×{multiple.value:.{0 if multiple.value >= 9.95 else 1}f}"


def labels(worth: Labels) -> str:
    """A number of labels.

    >>> labels(Labels(1234.4)), labels(Labels(10, "at most"))
    ('1,234 labels', '≤ 10 labels')
    """
    return f"{_BOUNDS[worth.bound]}{worth.value:,.0f} labels"
