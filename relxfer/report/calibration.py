"""How far probabilities are from how often they are right: a line for every row, and the bins of a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.judge.records import Reliability
from relxfer.report import wording
from relxfer.report.table import table
from relxfer.results import names
from relxfer.results.records import CellResult
from relxfer.results.results import Results
from relxfer.store import escaping

HEAD = ("transfer", "budget", "strategy", "ECE before", "ECE after", "bins", "items")
_TITLE = "calibration error (ECE) of probabilities, means over seeds"


def lines(results: Results) -> Iterator[list[str]]:
    """The cells of a line for every row whose answers have probabilities, priors left out."""
    for row in results.rows:
        place = (row.source, row.target, row.strategy, row.budget)
        cells = {c.id: c for c in results.cells if (c.source, c.target, c.strategy, c.budget) == place}
        found = [cell.reliability for cell in cells.values() if cell.reliability]
        if found and row.role != "prior":
            transfer, budget = names.transfer(row.source, row.target), wording.budget(row.budget, row.labels_per)
            yield [transfer, budget, row.strategy, *_means(found)]


def _means(found: Sequence[Reliability]) -> list[str]:
    """ECE before and after, bins and items."""
    after = [of.after for of in found if of.after is not None]
    return [
        wording.share(_mean([of.before for of in found])),
        wording.share(_mean(after) if len(after) == len(found) else None),
        f"{_mean([len(of.bins) for of in found]):.0f}",
        f"{found[0].items:,}",
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def render(results: Results) -> RenderableType | None:
    """A table for every source and target, for the terminal; None where nothing has probabilities."""
    rows = list(lines(escaping.every(results, escaping.terminal)))
    if not rows:
        return None
    made = table(("budget", "strategy"), _TITLE, right=HEAD[3:])
    for transfer in dict.fromkeys(row[0] for row in rows):
        made.add_row(Text(transfer, style="bold"))
        for _, *cells in (row for row in rows if row[0] == transfer):
            made.add_row(*cells)
    return made


def bins(cell: CellResult) -> Table | None:
    """The table of reliability of a cell; None where it has none."""
    if cell.reliability is None:
        return None
    made = table((), "reliability", right=("probability", "right", "share of items"))
    for each in cell.reliability.bins:
        made.add_row(*(wording.share(value) for value in (each.probability, each.right, each.share)))
    return made
