"""The data: how many items there are, how they were split, and what the inputs reveal about the test."""

from __future__ import annotations

from collections.abc import Iterator

from relxfer.report import wording
from relxfer.report.parts import warnings
from relxfer.report.shown.blocks import Block, Cell, Part, Table, TableRow, cell, row, sentences
from relxfer.report.shown.places import Place, whole
from relxfer.report.shown.subject import Subject
from relxfer.results.records import Count, TargetSummary


def part(subject: Subject) -> Part | None:
    """Counts, notes and the leak audit of every target, and what was refused."""
    blocks: list[Block] = []
    for name in subject.results.targets:
        blocks += _target(subject, name)
    blocks += sentences(wording.of_data(subject.results))
    blocks += sentences(warnings.refused(subject), "unsure")
    return Part("data", "Data and leak audit", tuple(blocks)) if blocks else None


def _target(subject: Subject, name: str) -> Iterator[Block]:
    place: Place[TargetSummary] = Place(subject.results, subject.path).to("targets", name)
    target = place.record
    if target.counts:
        rows = tuple(_count(place.to("counts", split), split) for split in target.counts)
        yield Table(f"{name}: items", ("split", "items", "queries", "groups"), rows)
    if target.audit:
        audit = tuple(
            TableRow((cell(what), cell(place.number("audit", what, write=whole)), _said(what, target)))
            for what in target.audit
        )
        yield Table(f"{name}: leak audit", ("what", "count", "meaning"), audit)


def _count(place: Place[Count], split: str) -> TableRow:
    return row(split, *(place.number(key, write=whole) for key in ("units", "queries", "groups")))


def _said(what: str, target: TargetSummary) -> Cell:
    return cell("gives answers away", tone="bad") if what in target.given_away else cell("")
