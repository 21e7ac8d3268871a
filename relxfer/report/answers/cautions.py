"""What endangers the conclusion of a run: leaks, too few of something, runs that failed, a single source model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from relxfer.judge.records import Failures, Verdict
from relxfer.report import diagnostics, wording
from relxfer.report.answers import claims
from relxfer.report.answers.phrases import Labels, joined, name
from relxfer.results.records import CellResult, Row
from relxfer.results.results import Results

Kind = Literal[
    "leak", "failed", "collapsed", "failed-to-train", "no-verdict", "undefined", "source-model", "use", "lock"
]


@dataclass(frozen=True)
class Caution:
    """What endangers a conclusion.

    kind  of what kind it is
    text  a sentence
    """

    kind: Kind
    text: str


def of(results: Results, target: str) -> tuple[Caution, ...]:
    """The cautions of a target, the worst first. Names in the results must have been escaped."""
    rows = [row for row in results.rows if row.target == target]
    cells = [cell for cell in results.cells if cell.target == target]
    found = [
        *(Caution("leak", f"{_capital(line)}.") for line in wording.leaks(target, results.targets[target])),
        *_lock(results),
        *_failed(results, cells),
        *_unjudged(rows, claims.labels(results, target)),
        *_undefined(rows),
        *_untrained(rows),
        *(Caution("collapsed", f"{line}.") for line in diagnostics.collapsed(cells)),
        *_source_models(results, rows),
        *_used(rows),
    ]
    return tuple(dict.fromkeys(found))


def _lock(results: Results) -> Iterator[Caution]:
    if results.lock and results.lock.differs:
        yield Caution("lock", f"{_capital(results.lock.said)}.")


def _failed(results: Results, cells: Sequence[CellResult]) -> Iterator[Caution]:
    """Cells that raised an error, by reason."""
    reasons: dict[str, list[CellResult]] = {}
    for cell in cells:
        if cell.status == "failed":
            reasons.setdefault(cell.reason, []).append(cell)
    for reason, failed in reasons.items():
        who = joined([name(each) for each in dict.fromkeys(cell.strategy for cell in failed)])
        count = f"{len(failed)} cells of {who}" if len(failed) > 1 else f"A cell of {who}"
        more = f" (relxfer show {failed[0].id} --run {results.folder})" if failed[0].id else ""
        yield Caution("failed", f"{count} failed: {reason}{more}")


def _unjudged(rows: Sequence[Row], told: Labels) -> Iterator[Caution]:
    """Why questions have no verdict; with the rows that it concerns, unless it concerns all."""
    asked = [(row, row.gain) for row in rows if row.gain and row.gain.asked]
    reasons: dict[str, list[Row]] = {}
    for row, gain in asked:
        if gain.verdict is None:
            reason = gain.note.split("; ")[0].removeprefix("no verdict").lstrip(": ")
            reasons.setdefault(reason, []).append(row)
    for reason, concerned in reasons.items():
        where = "" if len(concerned) == len(asked) else f" on {claims.places(concerned, told)}"
        yield Caution("no-verdict", f"No verdict{where}{'' if reason.startswith('from') else ':'} {reason}.")


def _undefined(rows: Sequence[Row]) -> Iterator[Caution]:
    """Metrics that have no value, such as an area under a curve where all answers are of one class."""
    return (Caution("undefined", f"{sentence}.") for _, sentence in wording.undefined(rows))


def _untrained(rows: Sequence[Row]) -> Iterator[Caution]:
    """Runs that failed to train, of which a verdict is not."""
    for row in rows:
        if row.gain and row.gain.verdict and row.gain.failures:
            where = f"{name(row.strategy)} at {wording.budget(row.budget, row.labels_per)}"
            yield Caution("failed-to-train", _failures(where, row.gain.failures, row.gain.baseline))


def _failures(where: str, found: Failures, baseline: str) -> str:
    sides = [
        f"{side.failed} of {side.runs} runs of {who}"
        for who, side in ((where, found.ours), (name(baseline), found.theirs))
        if side.failed
    ]
    most = any(2 * side.failed > side.runs for side in (found.ours, found.theirs))
    counted = "the verdict counts them" if most else "the verdict is on the others"
    return f"{joined(sides)} failed to train: {counted}."


def _source_models(results: Results, rows: Sequence[Row]) -> Iterator[Caution]:
    """Verdicts on too few source models to say anything about other pre-trainings."""
    for condition, source in dict.fromkeys(
        (condition, row.source) for row in rows if row.gain for condition in row.gain.conditions
    ):
        if condition == "with this source model":
            trained = source is not None and source in results.sources and bool(results.sources[source].stages)
            why = "One pre-training serves all seeds" if trained else "The source is one given model"
            yield Caution("source-model", f"{why}: verdicts hold for this source model only.")
        elif condition.startswith("with these "):
            yield Caution(
                "source-model", f"Few pre-trainings: verdicts hold {condition.replace('with', 'for', 1)} only."
            )


def _used(rows: Sequence[Row]) -> Iterator[Caution]:
    """Rows to use, which the test never chooses, that hurt by the test."""
    for row in rows:
        if row.use and row.verdict is Verdict.HURTS:
            where = wording.budget(row.budget, row.labels_per)
            yield Caution("use", f"The row to use at {where}, {name(row.strategy)}, HURTS by the test.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
