"""Whether probabilities are right: a reliability diagram, and the calibration error of every row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from relxfer.judge.records import Reliability
from relxfer.report import wording
from relxfer.report.parts.blocks import Block, Figure, Folded, Part, Table, TableRow, row
from relxfer.report.parts.places import Place
from relxfer.report.parts.subject import Placed, Subject
from relxfer.report.plots import reliability
from relxfer.results import names
from relxfer.results.records import CellResult, Row

_HEAD = ("strategy", "labels", "seed", "calibration error before", "after", "items")
#: Curves of one diagram.
MOST = 4


def part(subject: Subject) -> Part | None:
    """A diagram for every source and target of the rows to use; None where answers have no probabilities."""
    blocks = [
        block
        for number, ((source, target), rows) in enumerate(subject.grouped().items())
        for block in _diagram(subject, f"reliability-{number}", names.transfer(source, target), rows)
    ]
    return Part("probabilities", "Are its probabilities right?", tuple(blocks)) if blocks else None


def _diagram(subject: Subject, key: str, title: str, rows: Placed) -> Iterator[Block]:
    models = [place for place in rows if place.record.role != "prior"]
    found = [(place, budgets, cells) for place, budgets in subject.once(models) if (cells := _of(subject, place))]
    used = {place.record.strategy for place in models if place.record.use}
    shown = [each for each in found if each[0].record.strategy in used or not used][:MOST]
    if not found:
        return
    seeds = {f"{place.record.strategy}, {budgets}": _reliabilities(cells) for place, budgets, cells in shown}
    yield Figure(key, f"{title}: reliability", _alt(seeds), partial(reliability.figure, seeds))
    lines = tuple(_row(place, budgets, cell) for place, budgets, cells in found for cell in cells)
    table = Table(f"{title}: calibration error", _HEAD, lines)
    yield Folded(f"{title}: calibration error of every run", (table,))


def _of(subject: Subject, place: Place[Row]) -> list[Place[CellResult]]:
    return [cell for cell in subject.cells_of(place.record) if cell.record.reliability]


def _reliabilities(cells: Sequence[Place[CellResult]]) -> list[Reliability]:
    return [place.record.reliability for place in cells if place.record.reliability]


def _row(place: Place[Row], budgets: str, of: Place[CellResult]) -> TableRow:
    before, after = of.number("reliability", "before"), of.number("reliability", "after")
    items = of.number("reliability", "items", write=wording.whole)
    seed = names.seeds(of.record.source_seed, of.record.seed).removeprefix("seed ")
    return row(place.record.strategy, budgets, seed, before, after, items)


def _alt(seeds: dict[str, list[Reliability]]) -> str:
    """The diagram in words."""
    said = []
    for name, of in seeds.items():
        errors = [each.before if each.after is None else each.after for each in of]
        said.append(f"{name}: calibration error {wording.share(sum(errors) / len(errors))}, mean over {len(of)} runs")
    return (
        "Reliability diagram: the share of answers that are right against the probability they were given; on the "
        f"diagonal, probabilities are right. {'; '.join(said)}."
    )
