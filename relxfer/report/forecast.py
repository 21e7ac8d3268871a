"""The plan before it runs, with an estimate of its cost, as a table."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.execute.forecast import Forecast
from relxfer.report import wording
from relxfer.store import escaping


def render(made: Forecast) -> RenderableType:
    found = escaping.every(made, escaping.terminal)
    table = Table("source", "target", "strategy", "cells", "runs", "steps", "test queries", "estimate", box=None)
    for stage in found.sources:
        counts = map(wording.count, (None, stage.runs, stage.steps, None))
        table.add_row(stage.source, wording.EMPTY, "pre-train", *counts, wording.seconds(stage.seconds))
    for row in found.rows:
        names = row.source or wording.EMPTY, row.target, row.strategy
        counts = map(wording.count, (row.cells, row.runs, row.steps, row.queries))
        table.add_row(*names, *counts, wording.seconds(row.seconds))
    total = f"{found.cells} cells into {found.out}; estimate {wording.seconds(found.seconds)} on this machine"
    refused = (Text(f"refused: {reason}") for reason in found.refused)
    return Group(Text(found.name, style="bold"), table, Text(total), *refused)
