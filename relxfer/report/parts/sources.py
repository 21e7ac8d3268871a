"""Sources for one target beside each other, paired by seed and query."""

from __future__ import annotations

from relxfer.report import wording
from relxfer.report.parts import outcome
from relxfer.report.sections import sources
from relxfer.report.shown import places
from relxfer.report.shown.blocks import Part, Table, TableRow, cell, sentences
from relxfer.report.shown.places import Place
from relxfer.report.shown.subject import Subject
from relxfer.results.run_records import SourcePair

_HEAD = ("target and labels", "strategy", "sources", "difference, 95 % interval", "verdict on the first", "p")


def part(subject: Subject) -> Part | None:
    """A table with a line for every two sources of a target; None where no target has two."""
    pairs = places.each(subject.results.source_pairs, f"{subject.path}/source_pairs")
    if not pairs:
        return None
    table = Table("The first source less the second", _HEAD, tuple(map(_row, pairs)))
    notes = sentences([sources.LEGEND, *sources.notes(subject.results)], "muted")
    return Part("sources", "Which source is better", (table, *notes))


def _row(place: Place[SourcePair]) -> TableRow:
    pair = place.record
    budgets = ", ".join(wording.budget(budget, pair.labels_per) for budget in pair.budgets)
    verdict = pair.difference.verdict
    words = [pair.word, *(pair.difference.conditions if verdict else ())]
    return TableRow((
        cell(f"{pair.target}, {budgets}"),
        cell(pair.strategy),
        cell(" – ".join(pair.sources)),
        place.interval("difference", write=wording.signed),
        cell(" ".join(words), tone=outcome.TONES[verdict] if verdict else "muted"),
        cell(place.number("difference", "p_adjusted", write=wording.probability)),
    ))  # fmt: skip
