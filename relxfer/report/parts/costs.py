"""What it cost: time, memory and trained parameters of every row, and the pre-training of sources."""

from __future__ import annotations

from collections.abc import Iterator

from relxfer.report import wording
from relxfer.report.parts import outcome, places
from relxfer.report.parts.blocks import Part, Table, TableRow, cell
from relxfer.report.parts.places import Place
from relxfer.report.parts.subject import Subject
from relxfer.results import names

_HEAD = ("what", "labels", "time of training", "peak memory (MB)", "trained parameters")


def part(subject: Subject) -> Part | None:
    """A table; None where nothing was trained."""
    rows = (*_sources(subject), *_rows(subject))
    return Part("cost", "Cost", (Table("Means over seeds", _HEAD, rows),)) if rows else None


def _rows(subject: Subject) -> Iterator[TableRow]:
    several = len(subject.grouped()) > 1
    trained = [place for place in subject.rows if place.record.cost and place.record.cost.trained_parameters]
    for place, budgets in subject.once(trained):
        row = place.record
        name = f"{names.transfer(row.source, row.target)}: {row.strategy}" if several else row.strategy
        yield TableRow((cell(name), cell(budgets), *outcome.cost(place)))


def _sources(subject: Subject) -> Iterator[TableRow]:
    for name, source in subject.results.sources.items():
        place = Place(subject.results, subject.path).to("sources", name, "stages")
        for stage in places.each(source.stages, place.path):
            seconds = stage.number("seconds", write=wording.seconds)
            peak = stage.number("peak_mb", write=wording.whole)
            trained = stage.number("trained_parameters", write=wording.whole)
            which = f"pre-training of {name}, seed {stage.record.seed}"
            yield TableRow((cell(which), cell(wording.EMPTY), cell(seconds), cell(peak), cell(trained)))
