"""Which row to use at which label budget, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.judge.records import Verdict
from relxfer.report.answers.claims import labels
from relxfer.report.answers.phrases import Labels, listed, name
from relxfer.results import budgets
from relxfer.results.records import Row
from relxfer.results.results import Results


def sentence(results: Results, target: str) -> str:
    """`Use: ...`, by the rows that are marked for use; empty where nothing finished.

    They are the best by validation. Where there are no validation labels to choose by, the sentence says so, and names
    the rows that help all the same. Names in the results must have been escaped.
    """
    rows = sorted((row for row in results.rows if row.target == target and row.use), key=_size)
    if not rows:
        return ""
    several = len({row.source for row in results.rows if row.target == target}) > 1
    parts = _parts(rows, labels(results, target), several)
    return f"Use: {', '.join(parts)}{_unvalidated(results, rows)}."


def _size(row: Row) -> float:
    return budgets.size(row.budget)


def _parts(rows: Sequence[Row], told: Labels, several: bool) -> list[str]:
    """Each row to use with its budgets, consecutive ones together."""
    runs: list[list[Row]] = []
    for row in rows:
        if runs and (runs[-1][0].source, runs[-1][0].strategy) == (row.source, row.strategy):
            runs[-1].append(row)
        else:
            runs.append([row])
    if len(runs) == 1:
        return [_named(rows[0], several)]
    made = []
    for number, run in enumerate(runs):
        first, last = run[0].budget, run[-1].budget
        where = told.at([row.budget for row in run])
        if len(run) > 1 and first not in (0, "all"):
            where = told.since(first) if number == len(runs) - 1 else where
        made.append(f"{_named(run[0], several)} {where if first != last or len(run) == 1 else told.at([first])}")
    return made


def _named(row: Row, several: bool) -> str:
    """A row as it is named to a user."""
    if row.role == "prior":
        return f"the prior {name(row.strategy)}"
    if row.role == "scratch":
        return name(row.strategy)
    return f"{name(row.strategy)} from {name(row.source)}" if several and row.source else name(row.strategy)


def _unvalidated(results: Results, rows: Sequence[Row]) -> str:
    """What to say where nothing could be chosen by validation, and what helps there."""
    without = [row for row in rows if row.validation is None and row.budget != 0]
    if not without or len(_beside(results, rows)) < 2:
        return ""
    places = {(row.target, row.budget) for row in without}
    helping = [
        row.strategy
        for row in results.rows
        if (row.target, row.budget) in places and row.verdict is Verdict.HELPS and not row.use
    ]
    said = ", as there are no validation labels to choose by"
    if not helping:
        return said
    distinct = list(dict.fromkeys(helping))
    if len(distinct) == 1:
        return f"{said}; {name(distinct[0])} helps, and --strategy {name(distinct[0])} chooses it"
    return f"{said}; {listed(distinct, len(_beside(results, rows)))} help, and --strategy NAME chooses one of them"


def _beside(results: Results, rows: Sequence[Row]) -> set[str]:
    """The strategies among which there was something to choose."""
    return {row.strategy for row in results.rows if row.target == rows[0].target and row.finished}
