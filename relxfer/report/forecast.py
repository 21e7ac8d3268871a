"""The plan before it runs, with an estimate of its cost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.declare.resolve import Experiment
from relxfer.execute.engine import Engine
from relxfer.execute.events import Events
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins
from relxfer.report import wording
from relxfer.report.table import table
from relxfer.store import escaping
from relxfer.store.run_directory import Store


def forecast(experiment: Experiment, plugins: Plugins, folder: Path) -> dict[str, Any]:
    """Cells by strategy, optimiser steps, test queries, and seconds where the adapter can estimate them.

    Loads the data, but neither trains nor writes anything.
    """
    engine = Engine(experiment, plugins, Store(folder), Events())
    plan = engine.plan()
    rows = [_row(engine, cells) for cells in _grouped(plan)]
    refused = dict.fromkeys(cell.refusal for cell in plan if cell.refusal)
    stages = [_stage(engine, source) for source in experiment.sources if source.pretrained]
    known = [row["seconds"] for row in (*rows, *stages) if row["seconds"] is not None]
    return {"name": experiment.config.name, "out": str(folder), "cells": len(plan), "sources": stages, "rows": rows,
            "refused": list(refused), "seconds": sum(known) if known else None}  # fmt: skip


def _grouped(plan: list[PlannedCell]) -> list[list[PlannedCell]]:
    """The cells that can run, by source, target and strategy."""
    groups: dict[tuple, list[PlannedCell]] = {}
    for cell in plan:
        if cell.refusal is None:
            source = cell.source.name if cell.source else None
            groups.setdefault((source, cell.target.name, cell.method.name), []).append(cell)
    return list(groups.values())


def _row(engine: Engine, cells: list[PlannedCell]) -> dict[str, Any]:
    """An unseeded strategy without labels runs once; scratch runs once for all sources."""
    distinct, training = _distinct(cells), engine.experiment.config.training
    first = distinct[0]
    steps = training.steps * len(distinct) if first.method.seeded else 0
    domain = engine.target(first.target)
    queries = len(domain.test or ()) * len(distinct)
    names = {key: first.names[key] for key in ("source", "target", "strategy")}
    seconds = None  # of a prior: it only counts
    if first.method.model is None:
        seconds = _seconds(first.target.adapter, first.model, domain, training, steps, queries)
    return {
        **names,
        "cells": len(cells),
        "runs": len(distinct),
        "steps": steps,
        "queries": queries,
        "seconds": seconds,
    }


def _distinct(cells: list[PlannedCell]) -> list[PlannedCell]:
    kept: dict[tuple, PlannedCell] = {}
    for cell in cells:
        budget = cell.budget if "target-labels" in cell.method.needs else None
        source = cell.source if cell.source and cell.needs_source else None
        own = source is not None and source.pretrained and not source.config.shared
        kept.setdefault((budget, cell.seed if cell.method.seeded or own else None), cell)
    return list(kept.values())


def _stage(engine: Engine, source: Any) -> dict[str, Any]:
    runs = 1 if source.config.shared else len(engine.experiment.config.seeds)
    steps = source.config.training.steps * runs
    parts = [
        _seconds(engine._adapter(source), source.model, domain, source.config.training, steps, 0)
        for domain in engine.sources(source)
    ]
    known = [part for part in parts if part is not None]
    seconds = sum(known) / len(known) if known else None
    return {"source": source.name, "runs": runs, "steps": steps, "seconds": seconds}


def _seconds(adapter: Any, model: Any, domain: Any, training: Any, steps: int, queries: int) -> float | None:
    """The adapter's operation count over the rate measured here; None where it offers none."""
    made = adapter.build()
    if not hasattr(made, "operations"):
        return None
    step, query = made.operations(model.options, domain, training.batch_size)
    return (steps * step + queries * query) / _rate()


def _rate() -> float:
    """Multiply-adds count twice: operations per second of a matrix product the size of a layer's."""
    import time

    import numpy as np

    left, right = np.ones((4096, 128), np.float32), np.ones((128, 64), np.float32)
    left @ right
    start = time.perf_counter()
    for _ in range(10):
        left @ right
    return 10 * 2 * 4096 * 128 * 64 / (time.perf_counter() - start)


def render(found: dict[str, Any]) -> RenderableType:
    found = escaping.every(found, escaping.terminal)
    made = table(("source", "target", "strategy", "cells", "runs", "steps", "test queries", "estimate"))
    stages = [{"strategy": "pre-train", **stage} for stage in found["sources"]]
    for row in (*stages, *found["rows"]):
        names = [row.get(key) or wording.EMPTY for key in ("source", "target", "strategy")]
        counts = [wording.count(row.get(key)) for key in ("cells", "runs", "steps", "queries")]
        made.add_row(*names, *counts, wording.seconds(row["seconds"]))
    total = f"{found['cells']} cells into {found['out']}; estimate {wording.seconds(found['seconds'])} on this machine"
    counted = Counter(found["refused"])
    return Group(Text(found["name"], style="bold"), made, Text(total), *(Text(f"refused: {r}") for r in counted))
