"""Which classes are answered well, and which are taken for which, by the rows to use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from relxfer.report.plots import confusion
from relxfer.report.shown import places
from relxfer.report.shown.blocks import Block, Figure, Folded, Part, Table, TableRow, cell, row, sentences
from relxfer.report.shown.places import Place, whole
from relxfer.report.shown.subject import Subject
from relxfer.results.details.records import ByPart
from relxfer.results.records import Row

#: Lines of a table from which on it is folded.
MOST = 20


def part(subject: Subject) -> Part | None:
    """A table and a confusion matrix for each row to use, those of fewer labels folded; None without classes."""
    blocks: list[Block] = []
    found = [each for each in subject.used() if each[0].record.details and each[0].record.details.by_part]
    seen: set[str] = set()
    for number, (place, transfer, name) in enumerate(found):
        made = tuple(_row(place, f"confusion-{number}", f"{transfer}: {name}"))
        blocks += [Folded(f"{transfer}: {name}", made)] if transfer in seen else made
        seen.add(transfer)
    return Part("classes", "Which answers are right", tuple(blocks)) if blocks else None


def _row(place: Place[Row], key: str, title: str) -> Iterator[Block]:
    of: Place[ByPart] = place.to("details", "by_part")
    table = _table(of, title)
    few = len(table.rows) <= MOST
    yield table if few else Folded(f"{title}: {len(table.rows)} lines, by {of.record.by}", (table,))
    if of.record.left_out:
        yield from sentences([f"{of.record.left_out:,} more, those with the fewest queries, are in no table"], "muted")
    if of.record.confusion:
        names = [each.name for each in of.record.parts]
        draw = partial(confusion.figure, names, of.record.confusion)
        yield Figure(key, f"{title}: confusion matrix, mean over runs", _alt(of.record), draw)
    if of.record.confused:
        pairs = places.each(of.record.confused, f"{of.path}/confused")
        lines = tuple(
            row(each.record.answer, each.record.predicted, each.number("count", write=_few)) for each in pairs
        )
        yield Folded(f"{title}: what is taken for what", (Table("Most often confused", _CONFUSED, lines),))


_CONFUSED = ("right answer", "answer that was given", "queries, mean over runs")


def _few(count: float) -> str:
    return f"{count:,.4g}"


def _table(of: Place[ByPart], title: str) -> Table:
    measures = list(of.record.parts[0].measures) if of.record.parts else []
    lines = []
    for each in places.each(of.record.parts, f"{of.path}/parts"):
        values = (each.number("measures", measure) for measure in measures)
        cells = (each.record.name, each.number("n", write=whole), *values)
        lines.append(TableRow(tuple(cell(value) for value in cells)))
    return Table(title, (of.record.by, "queries", *measures), tuple(lines))


def _alt(of: ByPart) -> str:
    """The matrix in words."""
    most = [f"{each.answer} is taken for {each.predicted} {_few(each.count)} times" for each in of.confused[:5]]
    said = "; ".join(most) or "no class is taken for another"
    return f"Confusion matrix: right answers in rows, given answers in columns. {said}."
