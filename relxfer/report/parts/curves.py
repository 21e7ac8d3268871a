"""Learning curves: what more labels bring, with and without the source."""

from __future__ import annotations

from functools import partial

from relxfer.report import wording
from relxfer.report.curves import tables
from relxfer.report.plots import learning_curves
from relxfer.report.shown import places
from relxfer.report.shown.blocks import Block, Figure, Folded, Part, Table, TableRow, cell, row, sentences
from relxfer.report.shown.places import Place, whole
from relxfer.report.shown.subject import Subject
from relxfer.results.curves.learning_curves import Curve, LearningCurves


def part(subject: Subject) -> Part | None:
    """A plot and its numbers for every source and target; None where there are no curves."""
    blocks: list[Block] = []
    for number, place in enumerate(places.each(subject.results.curves, f"{subject.path}/curves")):
        curves: LearningCurves = place.record
        draw = partial(learning_curves.figure, [curves])
        blocks.append(Figure(f"curves-{number}", tables.title(curves), _alt(curves), draw))
        notes = sentences((*tables.LEGEND, *curves.notes), "muted")
        blocks.append(Folded("The numbers of these curves", (_table(place), _figures(curves), *notes)))
    return Part("curves", "Learning curves", tuple(blocks)) if blocks else None


def _alt(curves: LearningCurves) -> str:
    """The plot in words."""
    said = [f"{curve.strategy} {_course(curve)}" for curve in (*curves.strategies, curves.scratch)]
    metric = wording.metric_name(curves.metric)
    return f"Line plot of {metric} against the number of target labels, with 95 % intervals: {'; '.join(said)}."


def _course(curve: Curve) -> str:
    if curve.labels == (0,):
        return f"is at {wording.share(curve.values[0])} without labels"
    steps = [f"{wording.share(point.value)} with {point.labels:,}" for point in curve.points]
    return f"goes from {steps[0]} to {steps[-1]}" if len(steps) > 1 else f"is at {steps[0]}"


def _table(place: Place[LearningCurves]) -> Table:
    head = ("strategy", "labels", f"{wording.metric_name(place.record.metric)}, 95 % interval", "scratch needs")
    strategies = places.each(place.record.strategies, f"{place.path}/strategies")
    rows = [row for curve in (*strategies, place.to("scratch")) for row in _rows(curve)]
    return Table(tables.title(place.record), head, tuple(rows))


def _figures(curves: LearningCurves) -> Table:
    """What each curve comes to: gains at its ends, and labels for a level."""
    lines = tuple(row(*line) for line in tables.figures(curves, " "))
    return Table(f"{tables.title(curves)}: in figures", tuple(tables.figures_head(curves)), lines)


def _rows(place: Place[Curve]) -> list[TableRow]:
    made = []
    for point in places.each(place.record.points, f"{place.path}/points"):
        value, low, high = (point.number(name) for name in ("value", "low", "high"))
        labels = point.number("labels", write=whole)
        interval = cell(value, " [", low, ", ", high, "]")
        made.append(TableRow((cell(place.record.strategy), cell(labels), interval, cell(tables.needed(point.record)))))
    return made
