"""What it cost: time, memory and trained parameters of every row, and the pre-training of sources."""

from __future__ import annotations

from collections.abc import Iterator

from relxfer.report import wording
from relxfer.report.shown import places
from relxfer.report.shown.blocks import Cell, Part, Table, TableRow, cell
from relxfer.report.shown.places import Place, whole
from relxfer.report.shown.subject import Subject
from relxfer.results import names
from relxfer.results.origins import Pretraining
from relxfer.results.records import Cost

_HEAD = ("what", "labels", "time of training", "CPU time", "peak memory (MB)", "energy (Wh)", "trained parameters")


def part(subject: Subject) -> Part | None:
    """A table, without columns of what nothing measured; None where nothing was trained."""
    rows = [*_sources(subject), *_rows(subject)]
    if not rows:
        return None
    kept = [at for at in range(len(_HEAD)) if at < 2 or any(row.cells[at].line != (wording.EMPTY,) for row in rows)]
    lines = tuple(TableRow(tuple(row.cells[at] for at in kept)) for row in rows)
    return Part("cost", "Cost", (Table("Means over seeds", tuple(_HEAD[at] for at in kept), lines),))


def _rows(subject: Subject) -> Iterator[TableRow]:
    several = len(subject.grouped()) > 1
    trained = [place for place in subject.rows if place.record.cost and place.record.cost.trained_parameters]
    for place, budgets in subject.once(trained):
        row = place.record
        name = f"{names.transfer(row.source, row.target)}: {row.strategy}" if several else row.strategy
        yield TableRow((cell(name), cell(budgets), *_cost(place.to("cost"))))


def _sources(subject: Subject) -> Iterator[TableRow]:
    for name, source in subject.results.sources.items():
        place = Place(subject.results, subject.path).to("sources", name, "stages")
        for stage in places.each(source.stages, place.path):
            yield TableRow(
                (cell(f"pre-training of {name}, seed {stage.record.seed}"), cell(wording.EMPTY), *_cost(stage))
            )


def _cost(place: Place[Cost] | Place[Pretraining]) -> list[Cell]:
    return [
        cell(place.number("seconds", write=wording.seconds)),
        cell(place.number("cpu_seconds", write=wording.seconds)),
        cell(place.number("peak_mb", write=whole)),
        cell(place.number("energy_wh")),
        cell(place.number("trained_parameters", write=whole)),
    ]
