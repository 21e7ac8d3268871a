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

#: From so many numbers of labels on, the report shows learning curves unasked.
SHOWN_FROM = 3
_LEGEND = (
    "in brackets: how many times as many labels scratch needs for the same value, or for a strategy without labels how "
    "many (log-linear between its points); ≥: scratch never gets there; ≤: it is there from its first point on",
    "jumpstart, asymptotic: gain over scratch at its fewest labels, and at all; to LEVEL: the fewest labels with which "
    "the level is reached that scratch reaches with all",
)


def render(found: Sequence[LearningCurves]) -> RenderableType:
    parts = [part for curves in escaping.every(found, escaping.terminal) for part in _parts(curves)]
    return Group(*parts, *(Text(line, style="dim") for line in _LEGEND))


def unasked(found: Sequence[LearningCurves]) -> list[LearningCurves]:
    """Those with enough points to be a curve."""
    return [curves for curves in found if len(curves.scratch.labels) >= SHOWN_FROM]


def _parts(found: LearningCurves) -> Iterator[RenderableType]:
    name = wording.metric_name(found.metric)
    transfer = names.transfer(found.source, found.target)
    yield Text(f"{transfer}: {name} against target labels", style="bold")
    yield Text("\n".join(chart.draw(drawn(found), found.scratch.labels)))
    yield _table(found)


def drawn(found: LearningCurves) -> dict[str, list[tuple[float, float]]]:
    """(labels, value) of every curve; a strategy without labels is level, over the range of scratch's."""
    ends = found.scratch.labels[0], found.scratch.labels[-1]
    return {
        curve.strategy: [(n, curve.values[0]) for n in ends]
        if curve.labels == (0,)
        else list(zip(curve.labels, curve.values, strict=True))
        for curve in (found.scratch, *found.strategies)
    }


def _table(found: LearningCurves) -> Table:
    counts = sorted({n for curve in (found.scratch, *found.strategies) for n in curve.labels})
    figures = ("jumpstart", "asymptotic", f"to {wording.share(found.level)}")
    made = table(("strategy", *(f"{n:,} labels" for n in counts), *figures))
    for curve in found.strategies:
        made.add_row(curve.strategy, *_values(found, curve, counts), *_figures(found, curve))
    scratch = dict(zip(found.scratch.labels, found.scratch.values, strict=True))
    values = (wording.share(scratch.get(n)) for n in counts)
    made.add_row(found.scratch.strategy, *values, wording.EMPTY, wording.EMPTY, _reached(found, found.scratch))
    return made


def _values(found: LearningCurves, curve: Curve, counts: Sequence[int]) -> Iterator[str]:
    worth = dict(zip(curve.labels, found.worth(curve), strict=True))
    for n in counts:
        if n not in worth:
            yield wording.EMPTY
        else:
            value = curve.values[curve.labels.index(n)]
            yield f"{wording.share(value)} ({times(worth[n].per(n)) if n else labels(worth[n])})"


def _figures(found: LearningCurves, curve: Curve) -> Iterator[str]:
    for gain in (found.jumpstart(curve), found.asymptotic(curve)):
        yield wording.EMPTY if gain is None else wording.signed(gain)
    yield _reached(found, curve)


def _reached(found: LearningCurves, curve: Curve) -> str:
    first = curve.first_at(found.level)
    return "never" if first is None else f"{first:,}"


_BOUNDS = {"": "", "at least": "≥ ", "at most": "≤ "}


def times(multiple: Labels) -> str:
    """
    >>> times(Labels(3.14159)), times(Labels(120.0, "at least"))
    ('×3.1', '≥ ×120')
    """
    return f"{_BOUNDS[multiple.bound]}×{multiple.value:.{0 if multiple.value >= 9.95 else 1}f}"


def labels(worth: Labels) -> str:
    """
    >>> labels(Labels(1234.4)), labels(Labels(10, "at most"))
    ('1,234 labels', '≤ 10 labels')
    """
    return f"{_BOUNDS[worth.bound]}{worth.value:,.0f} labels"
