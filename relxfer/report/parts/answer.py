"""The answer: what was compared, whether it helps, and how sure that is."""

from __future__ import annotations

from relxfer.report import verdicts, wording
from relxfer.report.parts.blocks import Block, Part, sentences
from relxfer.report.parts.subject import Subject
from relxfer.results import names


def part(subject: Subject) -> Part:
    """What was compared, a sentence for each row to use, and what the intervals are over."""
    results = subject.results
    compared = [
        f"{names.transfer(source, target)}: {len({place.record.strategy for place in rows})} strategies, "
        f"{wording.seeds(results)}"
        for (source, target), rows in subject.grouped().items()
    ]
    said = [
        f"{wording.budget(place.record.budget, place.record.labels_per)}: use {place.record.strategy}; "
        f"{wording.interval(place.record.gain, wording.signed)} over {place.record.gain.baseline}: "
        f"{place.record.gain.says}"
        for place in subject.rows
        if place.record.use and place.record.gain
    ]
    blocks: tuple[Block, ...] = (
        *sentences(compared),
        *sentences(said),
        *sentences(verdicts.sentences(results), "muted"),
    )
    return Part("answer", "Answer", blocks)
