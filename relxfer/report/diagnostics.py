"""What strategies logged during training: as tables, and as sentences about collapse and discriminators."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.judge.records import TopClass
from relxfer.report import wording
from relxfer.report.table import table
from relxfer.results import names
from relxfer.results.records import Budget, CellResult
from relxfer.results.results import Results
from relxfer.store import escaping
from relxfer.store.entry import Point

#: Accuracy from which on a discriminator separates the domains.
APART = 0.95
#: Range of accuracy in which it is at chance; batches have as many rows of the source as of the target.
CHANCE = (0.45, 0.55)
_BLOCKS = "▁▂▃▄▅▆▇█"


def render(results: Results) -> RenderableType | None:
    """What was logged by every row, and sentences on discriminators; None if nothing was logged."""
    results = escaping.every(results, escaping.terminal)
    lines = [Text(line) for line in discriminators(results.cells)]
    made = logged(results)
    return Group(*lines, *([made] if made else [])) if lines or made else None


def logged(results: Results) -> Table | None:
    """A table of the last logged values of every row, means over seeds; None if nothing was logged."""
    rows = [row for row in results.rows if row.diagnostics]
    if not rows:
        return None
    made = table(("budget", "strategy", "values"), "logged by the strategies: last values, means over seeds")
    for source, target in dict.fromkeys((row.source, row.target) for row in rows):
        made.add_row(Text(names.transfer(source, target), style="bold"))
        for row in (row for row in rows if (row.source, row.target) == (source, target)):
            values = ", ".join(f"{name} {number(value)}" for name, value in row.diagnostics.items())
            made.add_row(wording.budget(row.budget, row.labels_per), row.strategy, values)
    return made


def collapsed(cells: Sequence[CellResult]) -> Iterator[str]:
    """A sentence for every row with runs that give nearly all of the test one class."""
    for of in _runs(cells):
        found = [(cell, cell.top_class) for cell in of if cell.top_class and cell.top_class.collapsed]
        if found:
            runs, tops = zip(*found, strict=True)
            yield f"{_named(runs)} has collapsed: {_one_class(tops)}"


def discriminators(cells: Sequence[CellResult]) -> Iterator[str]:
    """Sentences on the accuracy of discriminators, of adversarial strategies."""
    for of in _runs(cells):
        accuracies = [(cell, cell.diagnostics.get("disc_acc")) for cell in of]
        for words, holds in _DISCRIMINATORS.items():
            holding = [(cell, accuracy) for cell, accuracy in accuracies if accuracy is not None and holds(accuracy)]
            if holding:
                mean = sum(accuracy for _, accuracy in holding) / len(holding)
                yield f"{_named([cell for cell, _ in holding])}: {words.format(wording.share(mean))}"


_DISCRIMINATORS = {
    "its discriminator tells the domains apart (accuracy {}): the features still differ between source and target": (
        lambda accuracy: accuracy >= APART
    ),
    "its discriminator is at chance (accuracy {}): source and target look the same to it, or it has learnt nothing": (
        lambda accuracy: CHANCE[0] <= accuracy <= CHANCE[1]
    ),
}


def _runs(cells: Sequence[CellResult]) -> Iterator[list[CellResult]]:
    """The finished cells of every row, without prior baselines; cells that share a run count once."""
    rows: dict[tuple[str | None, str, Budget, str], dict[str, CellResult]] = {}
    for cell in cells:
        if cell.status == "done" and cell.role != "prior":
            row = cell.source, cell.target, cell.budget, cell.strategy
            rows.setdefault(row, {}).setdefault(cell.id, cell)
    return (list(of.values()) for of in rows.values())


def _one_class(tops: Sequence[TopClass]) -> str:
    worst = max(tops, key=lambda top: top.predicted)
    most = "up to " * (len(tops) > 1)
    return (
        f"it predicts one class for {most}{100 * worst.predicted:.0f} % of the target "
        f"({worst.name!r}, which is {100 * worst.there:.0f} % of it)"
    )


def _named(cells: Sequence[CellResult]) -> str:
    """`dann at seeds 3, 5 (all labels, a → b)`"""
    first = cells[0]
    place = f"{wording.budget(first.budget, first.labels_per)}, {names.transfer(first.source, first.target)}"
    return f"{first.strategy} at {_seeds(cells)} ({place})"


def _seeds(cells: Sequence[CellResult]) -> str:
    if any(cell.source_seed not in (None, cell.seed) for cell in cells):
        return "; ".join(names.seeds(cell.source_seed, cell.seed) for cell in cells)
    return f"seed{'s' * (len(cells) > 1)} {', '.join(str(cell.seed) for cell in cells)}"


def courses(points: Sequence[Point]) -> Table | None:
    """A table with a sparkline of every value over the validation points of a phase; None if no value has two."""
    made = table(("phase", "value", "course", "first", "last", "least", "most"))
    for phase in dict.fromkeys(point.phase for point in points):
        of = [point.values for point in points if point.phase == phase]
        for name in dict.fromkeys(name for values in of for name in values):
            course = [value for values in of if (value := values.get(name)) is not None and math.isfinite(value)]
            if len(course) > 1:
                summary = (course[0], course[-1], min(course), max(course))
                made.add_row(phase, name, sparkline(course), *map(number, summary))
    return made if made.row_count else None


def sparkline(values: Sequence[float]) -> str:
    """A character for each value, whose height is between the smallest and the largest value.

    >>> sparkline([0.0, 0.5, 1.0, 1.0]), sparkline([2.0, 2.0])
    ('▁▅██', '▁▁')
    """
    low, span = min(values), max(values) - min(values)
    return "".join(_BLOCKS[round((value - low) / span * 7)] if span else _BLOCKS[0] for value in values)


def number(value: float | None) -> str:
    """A number with four significant digits.

    >>> number(0.97123), number(123456.0), number(None)
    ('0.9712', '1.235e+05', '–')
    """
    return wording.EMPTY if value is None or not math.isfinite(value) else f"{value:.4g}"
