"""My source hurts: what now? What the race measured in place of the row that the user wrote first."""

from __future__ import annotations

from dataclasses import dataclass

from relxfer.choose.recommending.recommendation import Paired, Raced, Recommendation


@dataclass(frozen=True)
class Instead:
    """What could be done in place of the row as it is written.

    what   in words
    arm    the best one that does so
    gain   over the row as it is written, at the seeds that both had
    """

    what: str
    arm: Raced
    gain: Paired


def below(made: Recommendation) -> tuple[Raced, Paired] | None:
    """What the row as it is written is below, scratch or the source unchanged, and by how much; None if it is below
    neither, or was not scored."""
    if made.written is None or not made.arms[made.written].scores:
        return None
    beside = [number for number in (made.scratch, made.unchanged) if number is not None]
    found = [(made.arms[number], made.difference(made.written, number)) for number in beside]
    worst = min(found, key=lambda each: each[1].mean, default=None)
    return worst if worst is not None and worst[1].mean < 0 else None


def instead(made: Recommendation) -> list[Instead]:
    """One arm for each thing that could be done, those that gain most first."""
    if made.written is None:
        return []
    best: dict[str, int] = {}
    for number, arm in enumerate(made.arms):
        what = _what(made.arms[made.written], arm)
        if arm.scores and number != made.written:
            best[what] = made.better_of(best.get(what, number), number)
    found = [Instead(what, made.arms[number], made.difference(number, made.written)) for what, number in best.items()]
    return sorted(found, key=lambda each: -each.gain.mean)


def _what(written: Raced, other: Raced) -> str:
    if other.kind == "scratch":
        return "train from scratch"
    if other.kind == "unchanged":
        return "leave a source as it is"
    if other.kind == "prior":
        return "use a prior"
    if other.source != written.source:
        return "another source"
    if other.strategy == written.strategy:
        return "another rate"
    fewer = written.trained and other.trained is not None and other.trained < written.trained
    return "train fewer parts" if fewer else "another strategy"
