"""What endangers the conclusions: leaks, runs that failed or collapsed, too few of something, refused strategies."""

from __future__ import annotations

from relxfer.report.answers.answer import answers
from relxfer.report.shown.blocks import Part, sentences
from relxfer.report.shown.subject import Subject
from relxfer.results.records import CellResult

#: Kinds of caution that say what a verdict holds under, and do not make it doubtful.
_CONDITIONS = ("source-model", "use")


def part(subject: Subject) -> Part | None:
    """What endangers the conclusions, the worst first; None where nothing is known to."""
    found = [caution for answer in answers(subject.results) for caution in answer.cautions]
    serious = [caution.text for caution in found if caution.kind not in _CONDITIONS]
    conditions = [caution.text for caution in found if caution.kind in _CONDITIONS]
    blocks = (*sentences(serious, "bad"), *sentences(conditions, "unsure"))
    return Part("warnings", "Warnings", blocks) if blocks else None


def refused(subject: Subject) -> list[str]:
    """Why strategies were refused, each reason once."""
    reasons: dict[str, list[CellResult]] = {}
    for cell in subject.distinct.cells:
        if cell.status == "refused":
            reasons.setdefault(cell.reason, []).append(cell)
    return [
        f"{', '.join(dict.fromkeys(cell.strategy for cell in of))} could not be run: {reason}"
        for reason, of in reasons.items()
    ]
