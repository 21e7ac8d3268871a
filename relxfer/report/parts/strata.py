"""Where it helps: the metric and the gain among the queries with each value of a tag, such as half-links of facts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from relxfer.report import wording
from relxfer.report.plots import forest
from relxfer.report.shown import places
from relxfer.report.shown.blocks import Block, Figure, Folded, Part, Table, TableRow, cell, sentences
from relxfer.report.shown.places import Place, whole
from relxfer.report.shown.subject import Subject
from relxfer.results.details.records import Strata
from relxfer.results.records import MetricSummary, Row

_NOTE = "Intervals are of each stratum by itself; nothing corrects for their number, so that there are no verdicts."


def part(subject: Subject) -> Part | None:
    """A table of each tag for each row to use, those of fewer labels folded; None where the test has no tags."""
    blocks: list[Block] = []
    seen: set[str] = set()
    for number, (place, transfer, name) in enumerate(subject.used()):
        made = tuple(_row(subject, place, number, f"{transfer}: {name}"))
        if made:
            blocks += [Folded(f"{transfer}: {name}", made)] if transfer in seen else made
            seen.add(transfer)
    return Part("strata", "Where it helps", (*blocks, *sentences([_NOTE], "muted"))) if blocks else None


def _row(subject: Subject, place: Place[Row], number: int, title: str) -> Iterator[Block]:
    strata = place.record.details.strata if place.record.details else ()
    for at, each in enumerate(places.each(strata, f"{place.path}/details/strata")):
        of: Strata = each.record
        yield _table(each, f"{title}, by {of.tag}")
        if of.left_out:
            yield from sentences([f"{of.left_out:,} rarer values of {of.tag} are left out"], "muted")
        gains = [(part.value, part.gain) for part in of.parts if part.gain]
        if gains:
            metric = _metric(subject, place.record.target, of.metric)
            said = "; ".join(f"{name}: {wording.interval(gain, wording.signed)}" for name, gain in gains)
            alt = f"Forest plot of the gain over {of.baseline} among the queries with each value of {of.tag}. {said}"
            draw = partial(forest.figure, gains, metric)
            yield Figure(f"strata-{number}-{at}", f"{title}: gain over {of.baseline}, by {of.tag}", alt, draw)


def _metric(subject: Subject, target: str, name: str) -> MetricSummary:
    return subject.results.metric_of(target, name)


def _table(place: Place[Strata], title: str) -> Table:
    of = place.record
    head = (of.tag, "queries", "share", *([f"{wording.metric_name(of.metric)}, 95 % interval"] if of.metric else []))
    head += (f"gain over {of.baseline}, 95 % interval",) if of.baseline else ()
    lines = []
    for each in places.each(of.parts, f"{place.path}/parts"):
        cells = [
            cell(each.record.value),
            cell(each.number("n", write=whole)),
            cell(each.number("share")),
            *([each.interval("metric")] if of.metric else []),
            *([each.interval("gain", write=wording.signed)] if of.baseline else []),
        ]
        lines.append(TableRow(tuple(cells)))
    return Table(title, head, tuple(lines))
