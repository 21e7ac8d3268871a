"""How training went: losses and validation scores by step, and what strategies logged, such as discriminators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from relxfer.report import diagnostics
from relxfer.report.plots import training
from relxfer.report.plots.training import Line
from relxfer.report.shown.blocks import Block, Figure, Folded, Part, Table, TableRow, cell, sentences
from relxfer.report.shown.places import Place
from relxfer.report.shown.subject import Placed, Subject
from relxfer.results import names
from relxfer.results.records import CellResult, Row

#: The most values that are drawn for a source and target.
MOST = 6
#: What is drawn first.
_FIRST = ("loss", "validation")


def part(subject: Subject) -> Part | None:
    """Curves of the rows with the most labels, and a table of the last values; None where nothing was recorded."""
    blocks: list[Block] = [*sentences(diagnostics.discriminators(subject.distinct.cells), "unsure")]
    for number, ((source, target), rows) in enumerate(subject.grouped().items()):
        title = names.transfer(source, target)
        blocks += _curves(subject, f"training-{number}", title, rows)
        blocks += _logged(subject, title, rows)
    return Part("training", "How training went", tuple(blocks)) if blocks else None


def _curves(subject: Subject, key: str, title: str, rows: Placed) -> Iterator[Block]:
    """A plot of each recorded value, of every strategy with its most labels."""
    trained = {place.record.strategy: cells for place in rows if (cells := _trained(subject, place))}
    recorded = dict.fromkeys(name for cells in trained.values() for name in _names(cells))
    chosen = [*(name for name in _FIRST if name in recorded), *(name for name in recorded if name not in _FIRST)][:MOST]
    for number, name in enumerate(chosen):
        courses = {strategy: lines for strategy, cells in trained.items() if (lines := _lines(cells, name))}
        if courses:
            said = "; ".join(f"{strategy} ends at {_ends(lines)}" for strategy, lines in courses.items())
            alt = f"Line plot of {name} against steps, a line for each run: {said}."
            figure = Figure(f"{key}-{number}", f"{title}: {name}", alt, partial(training.figure, name, courses))
            yield figure if number < len(_FIRST) else Folded(f"{title}: {name}", (figure,))


def _trained(subject: Subject, place: Place[Row]) -> list[CellResult]:
    return [found.record for found in subject.cells_of(place.record) if found.record.courses]


def _names(cells: Sequence[CellResult]) -> Iterator[str]:
    return (name for cell in cells for course in cell.courses for name in course.values)


def _lines(cells: Sequence[CellResult], name: str) -> list[Line]:
    """The course of a value in each run; phases follow one another."""
    made: list[Line] = []
    for of in cells:
        line: list[tuple[int, float]] = []
        begun = 0
        for course in of.courses:
            values = course.values.get(name, [None] * len(course.steps))
            line += [(begun + step, v) for step, v in zip(course.steps, values, strict=True) if v is not None]
            begun += course.steps[-1] if course.steps else 0
        if len(line) > 1:
            made.append(line)
    return made


def _ends(lines: Sequence[Line]) -> str:
    ends = sorted(line[-1][1] for line in lines)
    least, most = diagnostics.number(ends[0]), diagnostics.number(ends[-1])
    return least if least == most else f"{least} to {most}"


def _logged(subject: Subject, title: str, rows: Placed) -> Iterator[Block]:
    """The last values that strategies logged, means over seeds."""
    logged = [place for place in rows if place.record.diagnostics]
    what = list(dict.fromkeys(name for place in logged for name in place.record.diagnostics))
    if not what:
        return
    lines = []
    for place, where in subject.once(logged):
        there = place.record.diagnostics
        values = (place.number("diagnostics", name, write=diagnostics.number) if name in there else "" for name in what)
        lines.append(TableRow(tuple(map(cell, (place.record.strategy, where, *values)))))
    table = Table(f"{title}: last values, means over seeds", ("strategy", "labels", *what), tuple(lines))
    yield Folded(f"{title}: what the strategies logged", (table,))
