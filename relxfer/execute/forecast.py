"""The plan of a run with an estimate of its cost, for `relxfer run --dry-run`."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from relxfer.contract.data import Domain
from relxfer.contract.options import TrainingOptions
from relxfer.declare.experiment import Experiment, Source
from relxfer.declare.seeds import UntilDecided
from relxfer.execute import executors
from relxfer.execute.artefacts import Artefacts
from relxfer.execute.domains import Domains
from relxfer.execute.engine import Engine
from relxfer.execute.outcome import failure
from relxfer.execute.pace import Pace
from relxfer.execute.rehearsal import Rehearsal, queries_of_validation
from relxfer.judge.scoring import Scorer
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Shown
from relxfer.plugins.finder import Plugins
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import Store
from relxfer.train.machine import set_threads


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
    more     whether it takes longer: not everything was measured, since what was is `enough` already
    at_most  whether the run may end before all of them: where more seeds decide nothing
    refusals  how many of the planned cells will be refused

    Seconds here and in the rows are of CPU time, which does not depend on what else the machine does or how many cells
    run at a time; on a GPU, of wall time.
    """

    name: str
    out: Path
    cells: int
    sources: tuple[StageCost, ...]
    rows: tuple[RowCost, ...]
    refused: tuple[str, ...]
    more: bool = False
    at_most: bool = False
    refusals: int = 0

    @property
    def seconds(self) -> float | None:
        """Estimated seconds of everything that can be estimated; None if nothing can."""
        estimates = [*(row.seconds for row in self.rows), *(stage.seconds for stage in self.sources)]
        available = [seconds for seconds in estimates if seconds is not None]
        return sum(available) if available else None

    def card(self) -> JsonObject:
        """As JSON."""
        held = {name: value for name, value in asdict(self).items() if name != "more"}
        return {**held, "out": str(self.out), "seconds": self.seconds}


def forecast(
    experiment: Experiment,
    plugins: Plugins,
    folder: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Forecast:
    """Plan an experiment and estimate its cost; see `Forecaster`.

    progress  is called with the number of measured sources and rows, and of all of them
    """
    with Forecaster.opened(experiment, plugins) as forecaster:
        return forecaster.of(experiment, folder, progress)


@dataclass(frozen=True)
class Forecaster:
    """Estimates the cost of an experiment, and of others with the same sources, data and rows, or some of them.

    Loads the data, and takes a few training steps of each source and row in a directory that is removed afterwards.
    What was measured for one experiment is not measured again for another one. Early stopping is not foreseen.
    """

    plugins: Plugins
    domains: Domains
    rehearsal: Rehearsal

    @classmethod
    @contextmanager
    def opened(cls, experiment: Experiment, plugins: Plugins, domains: Domains | None = None) -> Iterator[Forecaster]:
        """For an experiment with every row that will be asked about; `domains` are its data, if they are loaded."""
        with tempfile.TemporaryDirectory() as aside:
            domains = domains or Domains(experiment, plugins, Scorer(plugins), Artefacts(experiment, plugins))
            rehearsal = Rehearsal(experiment, plugins, domains, Store.create(Path(aside) / "run").folder)
            yield cls(plugins, domains, rehearsal)

    def of(
        self,
        experiment: Experiment,
        folder: Path,
        progress: Callable[[int, int], None] = lambda done, total: None,
        enough: float = math.inf,
    ) -> Forecast:
        """The plan of an experiment with its cost; nothing is written to `folder`, its run directory.

        Once it takes more than `enough` seconds, nothing further is measured.
        """
        engine = Engine(experiment, self.plugins, Store(folder), domains=self.domains)
        plan, width = engine.plan(), executors.build(experiment.executor).width
        set_threads(engine.threads(width))
        sources, rows = [source for source in experiment.sources if source.pretrained], _grouped(plan)
        measuring = _Measuring(engine, self.rehearsal, enough)
        stages: list[StageCost] = []
        costs: list[RowCost] = []
        for source in sources:
            progress(len(stages), len(sources) + len(rows))
            stages.append(measuring.stage(source))
        for cells in rows:
            progress(len(stages) + len(costs), len(sources) + len(rows))
            costs.append(measuring.row(cells))
        refused = tuple(dict.fromkeys(cell.refusal for cell in plan if cell.refusal))
        refusals = sum(cell.refusal is not None for cell in plan)
        at_most = isinstance(experiment.config.seeds, UntilDecided)
        plan_of = experiment.config.name, folder, len(plan)
        return Forecast(*plan_of, tuple(stages), tuple(costs), refused, measuring.more, at_most, refusals)


def _grouped(plan: Sequence[PlannedCell]) -> list[list[PlannedCell]]:
    """The cells that can run, by source, target and strategy."""
    groups: dict[tuple[str | None, str, str], list[PlannedCell]] = {}
    for cell in plan:
        if cell.refusal is None:
            source = cell.source.name if cell.source else None
            groups.setdefault((source, cell.target.name, cell.method.name), []).append(cell)
    return list(groups.values())


class _Measuring:
    """Measures what is needed, one source and row after another.

    enough  seconds after which nothing further is measured
    more    whether something was therefore left out
    """

    def __init__(self, engine: Engine, rehearsal: Rehearsal, enough: float):
        self._engine, self._rehearsal, self._left = engine, rehearsal, enough
        self.more = False

    def stage(self, source: Source) -> StageCost:
        """The cost of a source."""
        seeds = source.pretraining_seeds(self._engine.experiment.config.planned_seeds)
        steps, note = source.config.training.steps * len(seeds), ""
        try:
            seconds: float | None = len(seeds) * self._pretraining(source, seeds[0])
        except (Exception, SystemExit) as error:
            seconds, note = None, failure(error)["reason"]
        self._left -= seconds or 0.0
        return StageCost(source.name, len(seeds), steps, seconds, note)

    def _pretraining(self, source: Source, seed: int) -> float:
        training, pace = source.config.training, self._rehearsal.stage(source, seed)
        views = self._engine.sources.views(source).sources
        validated = sum(len(view.val) for view in views if view.val is not None)
        points = _points(training, training.steps)
        return training.steps * pace.step + pace.fit.start + points * pace.validate.at(validated)

    def row(self, cells: Sequence[PlannedCell]) -> RowCost:
        """The cost of a row."""
        distinct = _distinct(cells)
        first, training = distinct[0], self._engine.experiment.training(distinct[0].method)
        queries = self._engine.domains.of(first).count * len(distinct)
        steps = training.steps * len(distinct) if first.method.seeded else 0
        seconds: float | None = 0.0
        note = ""
        if first.method.role != "prior":  # a prior counts, which costs next to nothing
            try:
                seconds = self._seconds(distinct, training)
            except (Exception, SystemExit) as error:  # no plugin ends a forecast
                seconds, note = None, failure(error)["reason"]
        return RowCost(*_names(first), len(cells), len(distinct), steps, queries, seconds, note)

    def _seconds(self, cells: Sequence[PlannedCell], training: TrainingOptions) -> float:
        """The estimated seconds of all cells of a row, as far as they are measured."""
        bodies: set[int | None] = set()
        total = 0.0
        for cell in cells:
            shown = self._engine.domains.shown(cell)
            count = len(shown.target.train) if shown.target.train is not None else 0
            # with fewer labels than a batch holds, steps are faster
            labels = str(count) if count < training.batch_size else "batches"
            if self._left < 0 and not self._rehearsal.knows(cell, labels):
                self.more = True
                continue
            seconds = self._cell(cell, shown, training, self._rehearsal.cell(cell, labels), bodies)
            total, self._left = total + seconds, self._left - seconds
            bodies.add(cell.source_seed)
        return total

    def _cell(
        self, cell: PlannedCell, shown: Shown, training: TrainingOptions, pace: Pace, bodies: Collection[int | None]
    ) -> float:
        """The seconds of a cell; the features of some bodies are computed already."""
        labels = len(shown.target.train) if shown.target.train is not None else 0
        steps = _steps(training, labels) if pace.step else 0
        total = steps * pace.step + _fit(pace, shown.target)
        total += _points(training, steps) * pace.validate.at(queries_of_validation(shown))
        total += (pace.again if cell.source_seed in bodies else pace.answer).at(self._engine.domains.of(cell).count)
        if pace.again != pace.answer and cell.source_seed not in bodies:
            total += pace.answer.at(_labelled(shown.target))
        return total


def _names(cell: PlannedCell) -> tuple[str | None, str, str]:
    return cell.source.name if cell.source else None, cell.target.name, cell.method.name


def _distinct(cells: Sequence[PlannedCell]) -> list[PlannedCell]:
    """The cells that are run: an unseeded strategy runs once for all seeds, one without labels once for all budgets."""
    kept: dict[tuple[int | str | None, int | None, int | None], PlannedCell] = {}
    for cell in cells:
        budget = cell.budget if "target-labels" in cell.method.needs else None
        kept.setdefault((budget, cell.source_seed, cell.seed if cell.method.seeded else None), cell)
    return list(kept.values())


def _steps(training: TrainingOptions, labels: int) -> int:
    """The steps of a cell, which `training.epochs` may limit."""
    if training.epochs is None:
        return training.steps
    return min(training.steps, round(training.epochs * max(1, labels // training.batch_size)))


def _points(training: TrainingOptions, steps: int) -> int:
    return min(training.validations, steps) + 1 if steps and training.validations else 0


def _fit(pace: Pace, target: Domain) -> float:
    return pace.fit.start + pace.fit.each * sum(len(each) for each in (target.train, target.unlabelled) if each)


def _labelled(target: Domain) -> int:
    return sum(len(split) for split in (target.train, target.val) if split is not None)
