"""What a run would do, with an estimate of its cost; nothing is trained or written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from relxfer.contract.data import Domain
from relxfer.contract.options import TrainingOptions
from relxfer.declare.resolve import Chosen, Experiment, Source
from relxfer.execute.engine import Engine
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import Store


@dataclass(frozen=True)
class StageCost:
    """A source stage: how often it is run, and the optimiser steps of all its runs.

    seconds  None where the adapter cannot estimate them
    """

    source: str
    runs: int
    steps: int
    seconds: float | None


@dataclass(frozen=True)
class RowCost:
    """The cells of a source, a target and a strategy: how many there are, how many of them are run, and their cost.

    queries  of the test, in all runs
    seconds  None where the adapter cannot estimate them
    """

    source: str | None
    target: str
    strategy: str
    cells: int
    runs: int
    steps: int
    queries: int
    seconds: float | None


@dataclass(frozen=True)
class Forecast:
    """The plan of an experiment. `seconds`: of all that has an estimate, None where nothing has."""

    name: str
    out: Path
    cells: int
    sources: tuple[StageCost, ...]
    rows: tuple[RowCost, ...]
    refused: tuple[str, ...]

    @property
    def seconds(self) -> float | None:
        told = [*(row.seconds for row in self.rows), *(stage.seconds for stage in self.sources)]
        known = [seconds for seconds in told if seconds is not None]
        return sum(known) if known else None

    def card(self) -> JsonObject:
        """As JSON."""
        return {**asdict(self), "out": str(self.out), "seconds": self.seconds}


def forecast(experiment: Experiment, plugins: Plugins, folder: Path) -> Forecast:
    """Cells by strategy, optimiser steps, test queries, and seconds where the adapter can estimate them.

    Loads the data, but neither trains nor writes anything.
    """
    engine = Engine(experiment, plugins, Store(folder))
    plan = engine.plan()
    return Forecast(
        name=experiment.config.name,
        out=folder,
        cells=len(plan),
        sources=tuple(_stage(engine, source) for source in experiment.sources if source.pretrained),
        rows=tuple(_row(engine, cells) for cells in _grouped(plan)),
        refused=tuple(dict.fromkeys(cell.refusal for cell in plan if cell.refusal)),
    )


def _grouped(plan: Sequence[PlannedCell]) -> list[list[PlannedCell]]:
    """The cells that can run, by source, target and strategy."""
    groups: dict[tuple[str | None, str, str], list[PlannedCell]] = {}
    for cell in plan:
        if cell.refusal is None:
            source = cell.source.name if cell.source else None
            groups.setdefault((source, cell.target.name, cell.method.name), []).append(cell)
    return list(groups.values())


def _row(engine: Engine, cells: Sequence[PlannedCell]) -> RowCost:
    distinct, training = _distinct(cells), engine.experiment.config.training
    first, sealed = distinct[0], engine.domains.target(distinct[0].target)
    steps = training.steps * len(distinct) if first.method.seeded else 0
    queries = sealed.count * len(distinct)
    seconds = None  # of a prior: it only counts
    if first.method.model is None:
        seconds = _seconds(first.target.adapter, first.model, sealed.domain, training, steps, queries)
    source = first.source.name if first.source else None
    names = source, first.target.name, first.method.name
    return RowCost(*names, len(cells), len(distinct), steps, queries, seconds)


def _distinct(cells: Sequence[PlannedCell]) -> list[PlannedCell]:
    """An unseeded strategy without labels runs once; scratch runs once for all sources."""
    kept: dict[tuple[int | str | None, int | None], PlannedCell] = {}
    for cell in cells:
        budget = cell.budget if "target-labels" in cell.method.needs else None
        source = cell.source if cell.source and cell.needs_source else None
        own = source is not None and source.pretrained and not source.config.shared
        kept.setdefault((budget, cell.seed if cell.method.seeded or own else None), cell)
    return list(kept.values())


def _stage(engine: Engine, source: Source) -> StageCost:
    """Its steps go to its data sets in turn: the mean of their estimates."""
    assert source.model is not None
    training, adapter, model = source.config.training, engine.sources.adapter(source), source.model
    runs = 1 if source.config.shared else len(engine.experiment.config.seeds)
    steps = training.steps * runs
    found = [_seconds(adapter, model, domain, training, steps, 0) for domain in engine.domains.sources(source)]
    known = [seconds for seconds in found if seconds is not None]
    return StageCost(source.name, runs, steps, sum(known) / len(known) if known else None)


def _seconds(
    adapter: Chosen, model: Chosen, domain: Domain, training: TrainingOptions, steps: int, queries: int
) -> float | None:
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
