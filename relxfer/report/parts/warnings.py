"""What endangers the conclusions: leaks, runs that collapsed, failed or were refused."""

from __future__ import annotations

from collections.abc import Iterator

from relxfer.report import diagnostics, wording
from relxfer.report.parts.blocks import Block, Part, sentences
from relxfer.report.parts.subject import Subject
from relxfer.results.records import CellResult


def part(subject: Subject) -> Part | None:
    """What endangers the conclusions; None where nothing is known to."""
    results = subject.distinct
    serious = [line for name, target in results.targets.items() for line in wording.leaks(name, target)]
    if results.lock and results.lock.differs:
        serious.append(results.lock.said)
    serious += _ended(results.cells, "failed")
    blocks: tuple[Block, ...] = (*sentences(serious, "bad"), *sentences(diagnostics.sentences(results), "bad"))
    return Part("warnings", "Warnings", blocks) if blocks else None


def _ended(cells: tuple[CellResult, ...], status: str) -> Iterator[str]:
    """Each reason why cells ended so, with their number."""
    reasons: dict[str, list[CellResult]] = {}
    for cell in cells:
        if cell.status == status:
            reasons.setdefault(cell.reason, []).append(cell)
    for reason, of in reasons.items():
        who = ", ".join(dict.fromkeys(cell.strategy for cell in of))
        yield f"{len(of)} {'run' if len(of) == 1 else 'runs'} {status} ({who}): {reason}"


def refused(subject: Subject) -> list[str]:
    """Why strategies were refused."""
    return list(_ended(subject.distinct.cells, "refused"))
