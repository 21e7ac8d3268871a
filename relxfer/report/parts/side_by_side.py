"""Several runs beside each other: what each strategy reaches on each target, and its verdict."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TypeAlias

from relxfer.report import wording
from relxfer.report.parts import outcome
from relxfer.report.shown.blocks import Cell, Code, Part, Sentences, Table, TableRow, cell, heading
from relxfer.report.shown.places import Place
from relxfer.report.shown.subject import Subject
from relxfer.results.records import Budget, Row

#: Strategy and label budget of a row, with its budget in words.
_Line: TypeAlias = tuple[str, Budget, str]


def part(subjects: Sequence[Subject]) -> Part:
    """The rows to use of every run, a table of each target that several runs share, and what pairs two runs."""
    of = [target for subject in subjects for target in dict.fromkeys(target for _, target in subject.grouped())]
    shared = [target for target in dict.fromkeys(of) if of.count(target) > 1]
    folders = [shlex.quote(str(subject.plain.folder)) for subject in subjects[:2]]
    said = "Whether two runs differ, paired by seed and query; the intervals above do not tell:"
    pairing = (Sentences(((said,),)), Code(f"relxfer compare {' '.join(folders)}")) if shared else ()
    tables = (_table(subjects, target) for target in shared)
    return Part("side-by-side", "Side by side", (_overview(subjects), *tables, *pairing))


def _overview(subjects: Sequence[Subject]) -> Table:
    """A line for every row to use of every run."""
    lines = []
    for number, subject in enumerate(subjects, 1):
        for place, transfer, name in subject.used():
            metric, gain = wording.metric_name(place.record.metric), place.interval("gain", write=wording.signed)
            cells = (
                cell(_named(subject, number)),
                cell(transfer),
                cell(name),
                cell(metric),
                place.interval("interval"),
            )
            lines.append(TableRow((*cells, gain, outcome.verdict(place.record.gain))))
    head = ("run", "transfer", "row to use", "metric", "95 % interval", "gain, 95 % interval", "verdict")
    return Table("The rows to use", head, tuple(lines))


def _table(subjects: Sequence[Subject], target: str) -> Table:
    found = [_rows(subject, target) for subject in subjects]
    names = [_named(subject, number) for number, subject in enumerate(subjects, 1)]
    head = ("strategy", *(column for name in names for column in (name, f"{name}: verdict")))
    lines: list[TableRow] = []
    budgets = dict.fromkeys((budget, said) for rows in found for _, budget, said in rows)
    for budget, said in budgets:
        lines.append(heading(said))
        for strategy in dict.fromkeys(key[0] for rows in found for key in rows if key[1:] == (budget, said)):
            here = [rows.get((strategy, budget, said)) for rows in found]
            lines.append(TableRow((cell(strategy), *(one for place in here for one in _cells(place)))))
    metrics = dict.fromkeys(place.record.metric for rows in found for place in rows.values())
    by = " or ".join(map(wording.metric_name, metrics))
    return Table(f"{target}: {by}, 95 % intervals", head, tuple(lines))


def _named(subject: Subject, number: int) -> str:
    return f"{number} {subject.results.name}"


def _rows(subject: Subject, target: str) -> dict[_Line, Place[Row]]:
    several = len({source for source, of in subject.grouped() if of == target}) > 1
    return {
        (
            f"{place.record.strategy} from {place.record.source}" if several else place.record.strategy,
            place.record.budget,
            wording.budget(place.record.budget, place.record.labels_per),
        ): place
        for place in subject.rows
        if place.record.target == target
    }


def _cells(place: Place[Row] | None) -> tuple[Cell, Cell]:
    if place is None:
        return cell(wording.EMPTY), cell(wording.EMPTY)
    return place.interval("interval"), outcome.verdict(place.record.gain)
