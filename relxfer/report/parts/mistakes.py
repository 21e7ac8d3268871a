"""The worst mistakes of the rows to use, by name, with pictures where the data have some and are at hand."""

from __future__ import annotations

from relxfer.report import wording
from relxfer.report.shown import places
from relxfer.report.shown.blocks import Block, Cell, Folded, Part, Picture, Table, TableRow, cell, sentences
from relxfer.report.shown.places import Place, whole
from relxfer.report.shown.subject import Subject
from relxfer.results.details.records import Mistake
from relxfer.results.records import Row

_NOTE = (
    "The queries with the largest loss, mean over runs; what was predicted is what most of the wrong runs said. Look "
    "at them before you trust the model: some may be mistakes of the data."
)


def part(subject: Subject) -> Part | None:
    """A table for each row to use, those of fewer labels folded; None where nothing was wrong."""
    blocks: list[Block] = []
    seen: set[str] = set()
    for place, transfer, name in subject.used():
        if place.record.details and place.record.details.mistakes:
            table = _table(subject, place, f"{transfer}: {name}")
            blocks += [Folded(f"{transfer}: {name}", (table,))] if transfer in seen else [table]
            seen.add(transfer)
    if not blocks:
        return None
    missing = sentences([subject.pictures.why] if subject.pictures and subject.pictures.why else [], "muted")
    return Part("mistakes", "The worst mistakes", (*sentences([_NOTE], "muted"), *blocks, *missing))


def _table(subject: Subject, place: Place[Row], title: str) -> Table:
    assert place.record.details
    found: list[Place[Mistake]] = places.each(place.record.details.mistakes, f"{place.path}/details/mistakes")
    pictures = _pictures(subject, place)
    first, *rest = found[0].record.query
    shown = ["picture"] * any(pictures)
    further = [name for name in _HEADS if any(getattr(each.record, name) not in (None, "") for each in found)]
    lines = []
    for each, picture in zip(found, pictures, strict=True):
        query = each.record.query
        named = [cell(query.get(column, "")) for column in (first, *rest)]
        cells = [*named[:1], *(cell(picture or "") for _ in shown), *named[1:]]
        values = [_value(each, name, place.record.details.runs) for name in further]
        lines.append(TableRow((*cells, cell(each.record.answer), *values)))
    head = (first, *shown, *rest, "right answer", *(_HEADS[name] for name in further))
    return Table(title, head, tuple(lines))


_HEADS = {
    "predicted": "predicted", "probability": "its probability", "rank": "rank of the right answer", "wrong": "wrong in",
}  # fmt: skip


def _value(each: Place[Mistake], name: str, runs: int) -> Cell:
    if name == "predicted":
        return cell(each.record.predicted or wording.EMPTY)
    if name == "wrong":
        return cell(each.number("wrong", write=whole), f" of {runs} runs" if runs > 1 else " run")
    return cell(each.number(name, write=wording.share if name == "probability" else _rank))


def _rank(value: float) -> str:
    return f"{value:,.4g}"


def _pictures(subject: Subject, place: Place[Row]) -> list[Picture | None]:
    """A small picture of each mistake; None where there is none."""
    row = subject.plain.rows[int(place.path.rpartition("/")[2])]
    queries = [mistake.query for mistake in row.details.mistakes] if row.details else []
    found = subject.pictures.of(row.target, queries) if subject.pictures else [None] * len(queries)
    words = [" ".join(query.values()) for query in queries]
    return [Picture(content, alt) if content else None for content, alt in zip(found, words, strict=True)]
