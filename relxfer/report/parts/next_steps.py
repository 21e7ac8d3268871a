"""What to do next, as commands with the arguments of this run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from relxfer.judge.records import Verdict
from relxfer.report.answers.answer import answers
from relxfer.report.shown.blocks import Block, Code, Folded, Part, Sentences, sentences
from relxfer.report.shown.subject import Subject
from relxfer.results.records import Row


def part(subject: Subject) -> Part | None:
    """Commands: predict, decide what is open, see why something failed, train again on everything."""
    steps = tuple(_steps(subject))
    return Part("next", "What to do next", steps) if steps else None


def _steps(subject: Subject) -> Iterator[Block]:
    plain, run = subject.plain, shlex.quote(str(subject.plain.folder))
    if failed := plain.failed:
        which = failed[0].id or shlex.quote(failed[0].strategy)
        yield from _step("See why a run failed:", f"relxfer show {which} --run {run}")
    if any(row.use for row in plain.rows):
        asked = f"relxfer predict {run} --queries questions.csv --out answers.csv"
        yield from _step(f"Ask the row to use about {_columns(plain.rows)} of your own:", asked)
        yield from _step(
            "Or about everything that has no answer yet:", f"relxfer predict {run} --all --out answers.csv"
        )
        refit = f"relxfer refit {run} --out {shlex.quote(f'{plain.folder}-refit')}"
        yield from _step("Train it again on all labels, as a folder that predicts anywhere:", refit)
        publish = f"relxfer publish {run} --to hf://OWNER/NAME"
        yield from _step("Put it on a hub, with a card that says what it gains and what it has seen:", publish)
    yield from _undecided(subject, run)


def _step(said: str, command: str) -> Iterator[Block]:
    yield from (Sentences(((said,),)), Code(command))


def _columns(rows: tuple[Row, ...]) -> str:
    """What questions are, by the columns that name those of the test."""
    found = [row.details.mistakes[0].query for row in rows if row.details and row.details.mistakes]
    return f"questions (columns: {', '.join(found[0])})" if found else "questions"


def _undecided(subject: Subject, run: str) -> Iterator[Block]:
    """What would decide what is open, and the command for more seeds; finished runs are not run again."""
    if any(row.gain and row.gain.asked and row.gain.verdict in _OPEN for row in subject.plain.rows):
        seeds = max(2 * len(subject.plain.seeds), 6)
        more = f"relxfer run {run}/config.toml --seeds {seeds} --out {run}"
        yield from _step("Add seeds, to decide what is undecided; finished runs are not run again:", more)
    if said := [line for answer in answers(subject.results) for line in answer.open]:
        yield Folded("What is undecided, and what would decide it", sentences(said))


#: Verdicts that more seeds may change.
_OPEN = (None, Verdict.INCONCLUSIVE)
