"""The plan of a run with an estimate of its cost, for `relxfer run --dry-run`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from relxfer.contract.data import Domain
from relxfer.contract.options import TrainingOptions
from relxfer.declare.experiment import Chosen, Experiment, Source
from relxfer.errors import Incompatible
from relxfer.execute.engine import Engine
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import Store


@dataclass(frozen=True)
class StageCost:
    """The cost of pre-training a source.

    runs     how often it is trained: once, or once for each seed
    steps    optimiser steps of all runs
    seconds  estimated seconds of all runs; None if they cannot be estimated
    note     why they cannot
    """

    source: str
    runs: int
    steps: int
    seconds: float | None
    note: str = ""


@dataclass(frozen=True)
class RowCost:
    """The cost of all cells of a source, a target and a strategy.

    cells    planned cells
    runs     cells that are run; the others share the result of one of them
    steps    optimiser steps of all runs
    queries  test queries of all runs
    seconds  estimated seconds of all runs; None if they cannot be estimated
    note     why they cannot
    """

    source: str | None
    target: str
    strategy: str
    cells: int
    runs: int
    steps: int
    queries: int
    seconds: float | None
    note: str = ""


@dataclass(frozen=True)
class Forecast:
    """The plan of an experiment and its cost.

    out      run directory
    cells    planned cells, including those that will be refused
    refused  reasons for which cells will be refused
    """

    name: str
    out: Path
    cells: int
    sources: tuple[StageCost, ...]
    rows: tuple[RowCost, ...]
    refused: tuple[str, ...]

    @property
    def seconds(self) -> float | None:
        """Estimated seconds of everything that can be estimated; None if nothing can."""
        estimates = [*(row.seconds for row in self.rows), *(stage.seconds for stage in self.sources)]
        available = [seconds for seconds in estimates if seconds is not None]
        return sum(available) if available else None

    def card(self) -> JsonObject:
        """As JSON."""
        return {**asdict(self), "out": str(self.out), "seconds": self.seconds}


def forecast(experiment: Experiment, plugins: Plugins, folder: Path) -> Forecast:
    """Plan an experiment and estimate its cost.

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
    distinct = _distinct(cells)
    first, training = distinct[0], engine.experiment.training(distinct[0].method)
    sealed = engine.domains.of(distinct[0])
    steps = training.steps * len(distinct) if first.method.seeded else 0
    queries = sealed.count * len(distinct)
    estimate = _Estimate()  # a prior counts, which costs next to nothing
    if first.method.role != "prior":
        estimate = _estimate(first.adapter, first.model, sealed.domain, training, steps, queries)
    source = first.source.name if first.source else None
    names = source, first.target.name, first.method.name
    return RowCost(*names, len(cells), len(distinct), steps, queries, *estimate)


def _distinct(cells: Sequence[PlannedCell]) -> list[PlannedCell]:
    """The cells that are run: an unseeded strategy runs once for all seeds, one without labels once for all budgets."""
    kept: dict[tuple[int | str | None, int | None, int | None], PlannedCell] = {}
    for cell in cells:
        budget = cell.budget if "target-labels" in cell.method.needs else None
        kept.setdefault((budget, cell.source_seed, cell.seed if cell.method.seeded else None), cell)
    return list(kept.values())


def _stage(engine: Engine, source: Source) -> StageCost:
    """The cost of a source. Its steps alternate between its data sets, so the estimate is the mean over them."""
    assert source.model is not None
    training, model = source.config.training, source.model
    runs = len(source.pretraining_seeds(engine.experiment.config.seeds))
    steps = training.steps * runs
    try:
        adapter = engine.sources.adapter(source)
    except Incompatible as error:
        return StageCost(source.name, runs, steps, None, str(error))
    estimates = [_estimate(adapter, model, domain, training, steps, 0) for domain in engine.domains.sources(source)]
    available = [estimate.seconds for estimate in estimates if estimate.seconds is not None]
    note = next((estimate.note for estimate in estimates if estimate.note), "")
    return StageCost(source.name, runs, steps, sum(available) / len(available) if available else None, note)


class _Estimate(NamedTuple):
    """Seconds, or why there is no estimate."""

    seconds: float | None = None
    note: str = ""


def _estimate(
    adapter: Chosen, model: Chosen, domain: Domain, training: TrainingOptions, steps: int, queries: int
) -> _Estimate:
    """The adapter's count of operations, divided by the speed of this machine. No plugin ends a forecast."""
    uncounted = f"adapter {adapter.name!r} counts no operations of model {model.name!r}"
    try:
        count = getattr(adapter.build(), "operations", None)
        counted = None if count is None else count(model.options, domain, training.batch_size)
        if counted is None:
            return _Estimate(note=uncounted)
        step, query = map(float, counted)
    except (Exception, SystemExit) as error:
        return _Estimate(note=f"{uncounted}: {type(error).__name__}: {error}")
    total = steps * step + queries * query
    if not (math.isfinite(total) and total >= 0):
        return _Estimate(note=f"{uncounted}: got {step:g} for a step and {query:g} for a query")
    return _Estimate(total / _operations_per_second())


def _operations_per_second() -> float:
    """Measured with a matrix product of the size of a layer; a multiply-add counts as two operations."""
    import time

    import numpy as np

    left, right = np.ones((4096, 128), np.float32), np.ones((128, 64), np.float32)
    left @ right
    start = time.perf_counter()
    for _ in range(10):
        left @ right
    return 10 * 2 * 4096 * 128 * 64 / (time.perf_counter() - start)
