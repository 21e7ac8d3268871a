"""The plan before it runs, with an estimate of its cost, as a table."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.execute.forecast import Forecast
from relxfer.report import wording
from relxfer.report.table import table
from relxfer.store import escaping


def render(made: Forecast) -> RenderableType:
    found = escaping.every(made, escaping.terminal)
    shown = table(("source", "target", "strategy", "cells", "runs", "steps", "test queries", "estimate"))
    for stage in found.sources:
        counts = map(wording.count, (None, stage.runs, stage.steps, None))
        shown.add_row(stage.source, wording.EMPTY, "pre-train", *counts, wording.seconds(stage.seconds))
    for row in found.rows:
        names = row.source or wording.EMPTY, row.target, row.strategy
        counts = map(wording.count, (row.cells, row.runs, row.steps, row.queries))
        shown.add_row(*names, *counts, wording.seconds(row.seconds))
    total = f"{found.cells} cells into {found.out}; estimate {wording.seconds(found.seconds)} on this machine"
    refused = (Text(f"refused: {reason}") for reason in found.refused)
    return Group(Text(found.name, style="bold"), shown, Text(total), *refused)
