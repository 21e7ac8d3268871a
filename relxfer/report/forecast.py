"""The plan of a run with an estimate of its cost, for `relxfer run --dry-run`."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.execute.forecast import Forecast
from relxfer.report import wording
from relxfer.report.split import SplitTable
from relxfer.store import escaping

_HEAD = ("cells", "runs", "steps", "test queries", "estimate")


def render(forecast: Forecast) -> RenderableType:
    """A table of source stages and rows with their cost, the total, and the reasons of refusals."""
    forecast = escaping.every(forecast, escaping.terminal)
    rows = []
    for stage in forecast.sources:
        counts = map(wording.count, (None, stage.runs, stage.steps, None))
        rows.append([stage.source, wording.EMPTY, "pre-train", *counts, wording.seconds(stage.seconds)])
    for row in forecast.rows:
        names = row.source or wording.EMPTY, row.target, row.strategy
        counts = map(wording.count, (row.cells, row.runs, row.steps, row.queries))
        rows.append([*names, *counts, wording.seconds(row.seconds)])
    made = SplitTable(("source", "target", "strategy"), _HEAD, rows)
    most = "at most " if forecast.at_most else ""
    seconds = wording.seconds(forecast.seconds)
    cells = wording.planned(forecast.cells, forecast.at_most or bool(forecast.refused))
    total = f"{cells} into {forecast.out}; estimate {most}{seconds} of CPU time"
    unknown: dict[str, list[str]] = {}
    for stage in forecast.sources:
        unknown.setdefault(stage.note, []).append(f"source {stage.source}")
    for row in forecast.rows:
        unknown.setdefault(row.note, []).append(row.strategy)
    missing = (Text(f"no estimate for {', '.join(dict.fromkeys(of))}: {note}") for note, of in unknown.items() if note)
    refused = (Text(f"refused: {reason}") for reason in forecast.refused)
    return Group(Text(forecast.name, style="bold"), made, Text(total), *missing, *refused)
