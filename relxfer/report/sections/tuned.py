"""The options that `relxfer tune` chose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType

from relxfer.declare.tuning import Choice
from relxfer.report import outcome, wording
from relxfer.report.table import table
from relxfer.results import names
from relxfer.results.records import Row
from relxfer.results.results import Results


def section(results: Results) -> RenderableType | None:
    """The options of each row whose options were chosen; None if those of none were."""
    rows = [row for row in results.rows if row.choice]
    if not rows:
        return None
    return Group(*(_table(*of) for of in _transfers(rows)))


def sentences(results: Results) -> Iterator[str]:
    """How options were chosen; nothing where none were."""
    choices = [row.choice for row in results.rows if row.choice]
    if not choices:
        return
    rules = " or ".join(dict.fromkeys(choice.selected_by for choice in choices))
    trials = " or ".join(f"{number:,}" for number in sorted({choice.trials for choice in choices}))
    scratch = [row for row in results.rows if row.role == "scratch" and row.runs]
    too = ", those of scratch too" if scratch and all(row.choice for row in scratch) else ""
    yield f"Options were chosen among {trials} trials of each row{too}, by {rules}, without the test."
    for row in results.rows:
        if row.choice and row.choice.source_first:
            place = f"{names.transfer(row.source, row.target)}, {wording.budget(row.budget, row.labels_per)}"
            yield f"{row.choice.selected_by} puts the source unchanged above all trials of {row.strategy} ({place})."


def options(choice: Choice) -> str:
    """The options that were chosen.

    >>> options(Choice({"training.lr": 0.0123456, "rank": 4}, 16, "target-val"))
    'training.lr 0.01235, rank 4'
    """
    return ", ".join(f"{key} {_value(value)}" for key, value in choice.changes.items())


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _transfers(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for source, target in dict.fromkeys((row.source, row.target) for row in rows):
        here = [row for row in rows if (row.source, row.target) == (source, target)]
        yield names.transfer(source, target), here


def _table(title: str, rows: Sequence[Row]) -> RenderableType:
    made = table(("labels", "strategy", "options"), title, right=("trials",), folds=("strategy", "options"))
    for label, of in outcome.blocks(rows):
        for number, row in enumerate(of):
            assert row.choice is not None
            made.add_row("" if number else label, row.strategy, options(row.choice), wording.count(row.choice.trials))
    return made
