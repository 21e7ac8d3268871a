"""Whether probabilities are right: a reliability diagram, and the calibration error of every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from relxfer.judge.records import Reliability
from relxfer.report import wording
from relxfer.report.plots import reliability
from relxfer.report.shown.blocks import Block, Figure, Folded, Part, Table, TableRow, row
from relxfer.report.shown.places import Place, whole
from relxfer.report.shown.subject import Placed, Subject
from relxfer.results import names
from relxfer.results.records import Row

_HEAD = ("strategy", "labels", "calibration error before", "after", "items")
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
    found = [(place, where, of) for place, where in subject.once(models) if (of := _of(place.record))]
    used = {place.record.strategy for place in models if place.record.use}
    if not found:
        return
    shown = [each for each in found if each[0].record.strategy in used or not used][:MOST]
    curves = {f"{place.record.strategy}, {where}": of for place, where, of in shown}
    yield Figure(key, f"{title}: reliability", _alt(curves), partial(reliability.figure, curves))
    lines = tuple(_row(place.to("details", "reliability"), place.record.strategy, where) for place, where, _ in found)
    yield Folded(f"{title}: calibration error of every row", (Table(f"{title}: calibration error", _HEAD, lines),))


def _of(row: Row) -> Reliability | None:
    return row.details.reliability if row.details else None


def _row(of: Place[Reliability], strategy: str, where: str) -> TableRow:
    before, after = of.number("before"), of.number("after")
    return row(strategy, where, before, after, of.number("items", write=whole))


def _alt(curves: Mapping[str, Reliability]) -> str:
    """The diagram in words."""
    said = [f"{name}: calibration error {wording.share(_error(of))}" for name, of in curves.items()]
    return (
        "Reliability diagram: the share of answers that are right against the probability they were given, of all runs "
        f"together; on the diagonal, probabilities are right. {'; '.join(said)}."
    )


def _error(of: Reliability) -> float:
    return of.before if of.after is None else of.after
