"""The answer of a run about each target, for the terminal, Markdown, pages and notebooks."""

from __future__ import annotations

from dataclasses import dataclass

from relxfer.judge.records import Verdict
from relxfer.report import wording
from relxfer.report.answers import cautions, claims, use
from relxfer.report.answers.cautions import Caution
from relxfer.results.records import Row
from relxfer.results.results import Results


@dataclass(frozen=True)
class Answer:
    """What a run answers about one target, in plain words without markup.

    target    name of the target
    said      sentences on each source: what it comes to, then what holds at which label budget, with gains and their
              95 % intervals
    use       which row to use at which label budget; empty where nothing finished
    cautions  what endangers the conclusion, the worst first
    open      what would decide each question that is undecided
    """

    target: str
    said: tuple[tuple[str, ...], ...]
    use: str
    cautions: tuple[Caution, ...]
    open: tuple[str, ...] = ()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What is said of each source as one text."""
        return tuple(map(" ".join, self.said))

    @property
    def text(self) -> str:
        """All paragraphs as one, without what it says to use."""
        return " ".join(self.paragraphs)


def answers(results: Results) -> tuple[Answer, ...]:
    """The answer about each target that has rows, in the order of the run.

    Names in it are those of the results: escape the results for the medium first, with `relxfer.store.escaping`.
    """
    distinct = wording.distinct(results)
    targets = dict.fromkeys(row.target for row in distinct.rows)
    return tuple(
        Answer(
            target=target,
            said=tuple(claims.paragraphs(distinct, target)),
            use=use.sentence(distinct, target),
            cautions=cautions.of(distinct, target),
            open=_open(distinct, target),
        )
        for target in targets
    )


def _open(results: Results, target: str) -> tuple[str, ...]:
    """What would decide the undecided questions of a target; equal ones once."""
    found: dict[str, list[Row]] = {}
    for row in results.rows:
        if row.target == target and row.gain and row.verdict is Verdict.INCONCLUSIVE:
            found.setdefault(row.gain.note.split("; ")[-1], []).append(row)
    several = len({row.source for row in results.rows if row.target == target}) > 1
    told = claims.labels(results, target)
    return tuple(f"{claims.places(rows, told, several)}: {note}" for note, rows in found.items() if note)
