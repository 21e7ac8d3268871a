"""Run an experiment: source stages first, then every cell whose fingerprint has not been run."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from relxfer.contract.executors import Executor
from relxfer.contract.metrics import ordered
from relxfer.declare import saved
from relxfer.declare.experiment import Experiment, Source
from relxfer.errors import ConfigError, PluginError, Problem, RelxferError, UsageError
from relxfer.execute import executors, provenance
from relxfer.execute.collect import collect
from relxfer.execute.engine import Engine
from relxfer.execute.events import Events
from relxfer.execute.jobs import Job, Work
from relxfer.execute.outcome import failure, refusal
from relxfer.execute.sources import stage_names
from relxfer.execute.transfers.prepared import Planned, Prepared
from relxfer.plan import fingerprints
from relxfer.plan.cells import PlannedCell
from relxfer.plan.fingerprints import Fingerprint
from relxfer.plugins.finder import Plugins
from relxfer.results.results import Results
from relxfer.store.entry import Outcome
from relxfer.store.run_directory import MARKER, RESULTS, Store
from relxfer.train.machine import available_threads, set_threads
from relxfer.train.processes import ALONE, Group

#: A pre-training, identified by the name of its source and its seed.
Stage: TypeAlias = tuple[str, int]


def run(
    experiment: Experiment,
    plugins: Plugins,
    folder: Path,
    listeners: tuple[Callable[..., None], ...] = (),
    fresh: bool = False,
    group: Group = ALONE,
) -> Results:
    """Run the cells of an experiment that are missing in a run directory, and return the results of all.

    Args:
        experiment: the experiment.
        plugins: loaded plugins, whose observers are called.
        folder: run directory; it is created if it does not exist.
        listeners: called with every event as `listener(event, **values)`.
        fresh: delete earlier results first.
        group: processes that train sources together; the first one calls this function, the others call `follow`.

    Raises:
        ConfigError: a source cannot be read.
        PluginError: a plugin that is needed is broken, or was edited after it was imported.
        RunLocked: another process is using the run directory.
    """
    store = Store.create(folder)
    with store.locked():
        if fresh:
            store.clear()
        store.sweep()
        engine = Engine(experiment, plugins, store, Events(plugins, listeners))
        plan = _checked_plan(engine)
        _describe(engine)
        work = Work(store.folder, engine, plan)
        executor = executors.build(experiment.executor)
        broken = _train_sources(executor, work, group)
        outcomes = _run_cells(executor, work, broken)
        results = collect(store, experiment, plan, outcomes, engine)
        store.write(RESULTS, results.card())
        engine.events("run_finished", folder=store.folder, results=results)
        return results


def follow(experiment: Experiment, plugins: Plugins, group: Group) -> None:
    """Train every source together with the first process of a group, which alone keeps the results."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(experiment, plugins, Store.create(Path(folder) / "run"))
        engine.sources.group = group
        set_threads(available_threads(experiment.config.threads))
        for source, seed in _pretrainings(engine, engine.plan()):
            engine.sources.train(source, seed)


# ---------------------------------------------------------------- before anything is trained


def check_group(experiment: Experiment, size: int) -> None:
    """Check that each of `size` processes would have a batch in every step of pre-training.

    Raises:
        ConfigError: there are fewer batches than processes.
    """
    for index, source in enumerate(experiment.sources):
        batches = source.config.training.batches_per_step
        if source.pretrained and batches < size:
            message = f"expected at least {size}, a batch for each process that torchrun started, got {batches}"
            raise ConfigError(experiment.where, [Problem(f"source[{index}].training.batches_per_step", message)])


def _checked_plan(engine: Engine) -> list[PlannedCell]:
    """The plan, after checks of the configuration that must raise before anything is trained."""
    _ = engine.attach.device  # raises if the device is not available
    _check_sources(engine, [source.name for source in engine.experiment.sources if source.config.weights])
    _check_code(engine)
    plan = engine.plan()
    _check_task(engine)
    _check_sources(engine, [c.source.name for c in plan if c.source and c.needs_source and not c.refusal])
    return plan


def _check_code(engine: Engine) -> None:
    """Raise `PluginError` if code was edited after it was imported: its results would not be those of the file."""
    made = engine.experiment
    named = [stage for method in made.methods for stage in method.stages]
    named += [chosen for target in made.targets for chosen in (target.adapter, target.model)]
    named += [chosen for source in made.sources for chosen in (source.model, *source.stages) if chosen]
    fingerprints.versions(engine.code, *named)


def _check_task(engine: Engine) -> None:
    """Check that all targets have one kind of task, because a report has one metric."""
    targets = engine.experiment.targets
    kinds = {target.name: engine.domains.target(target).domain.task.kind for target in targets}
    if len(set(kinds.values())) > 1:
        listed = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
        raise UsageError(f"expected targets of one kind of task, got {listed}; put them into separate runs")
    ordered(next(iter(kinds.values())), engine.experiment.config.report.metric)


def _check_sources(engine: Engine, wanted: Sequence[str]) -> None:
    """Check that every checkpoint, weights file or run that a wanted source names can be read."""
    problems = []
    for index, source in enumerate(engine.experiment.sources):
        if source.name in wanted and (source.config.continued or not source.pretrained):
            try:
                engine.artefacts.given(source)
            except RelxferError as error:
                key = next(key for key in ("checkpoint", "weights", "run") if getattr(source.config, key))
                problems.append(Problem(f"source[{index}].{key}", str(error)))
    if problems:
        raise ConfigError(engine.experiment.where, problems)


def _describe(engine: Engine) -> None:
    """Save the configuration and the provenance, and warn if a run is resumed under other conditions."""
    experiment, store = engine.experiment, engine.store
    distributions = {stage.offer.distribution for method in experiment.methods for stage in method.stages}
    wanted, threads = experiment.config.threads, available_threads(experiment.config.threads)
    if wanted and wanted > threads:
        warnings.warn(f"threads = {wanted} on {threads} cores: {threads} are used", RuntimeWarning, stacklevel=3)
    now = provenance.collect(distributions, threads, engine.attach.device)
    if (store.folder / MARKER).exists():
        for line in provenance.differences(provenance.read(store), now):
            warnings.warn(f"resuming in {store.folder}: {line}; bits may differ", RuntimeWarning, stacklevel=3)
    provenance.write(store, now)
    saved.save(experiment, store.folder, engine.plugins)


# ---------------------------------------------------------------- source stages


def _train_sources(executor: Executor, work: Work, group: Group) -> dict[Stage, Outcome]:
    """Pre-train every source that a cell needs, unless that was done before; return the failures."""
    if group.size == 1:
        return _source_stages(executor, work)
    work.engine.sources.group = group
    broken = _source_stages(executors.Serial(None), work)
    if broken:
        reasons = "; ".join(outcome["reason"] for outcome in broken.values())
        raise RelxferError(f"expected {group.size} processes to train together, got: {reasons}; start them again")
    work.engine.sources.group = ALONE  # the other processes only train sources
    return broken


def _source_stages(executor: Executor, work: Work) -> dict[Stage, Outcome]:
    engine, sources = work.engine, list(work.engine.experiment.sources)
    wanted = _pretrainings(engine, work.plan)
    threads = _threads(executor, engine, len(wanted))
    stages = [(sources.index(source), seed, _stage(engine, source, seed)) for source, seed in wanted]
    jobs = [Job("source", index, threads, seed, planned) for index, seed, planned in stages if planned is not None]
    failures = {}
    for job, outcome in _run_by(executor, work, jobs):
        source = sources[job.index]
        engine.events("cell_finished", cell=stage_names(source, job.seed), outcome=outcome)
        if outcome["status"] != "done":
            failures[source.name, job.seed] = outcome
    return failures


def _stage(engine: Engine, source: Source, seed: int) -> Planned | None:
    """The fingerprint of a pre-training, for its job; None if it was finished before."""
    try:
        fingerprint = engine.sources.fingerprint(source, seed)
    except RelxferError:
        return Planned()  # the job fails with this error
    # in a group, every process must take part, so the job is never skipped
    finished = engine.sources.group.size == 1 and engine.sources.kept(source, engine.store.source(fingerprint))
    return None if finished else Planned(fingerprint)


def _pretrainings(engine: Engine, plan: Sequence[PlannedCell]) -> list[tuple[Source, int]]:
    """The pre-trainings that any cell needs, each once, as (source, seed)."""
    wanted = {}
    for cell in plan:
        if cell.refusal is None and cell.source and cell.source_seed is not None:
            wanted[cell.source.name, cell.source_seed] = cell.source, cell.source_seed
    return list(wanted.values())


# ---------------------------------------------------------------- cells


def _run_cells(executor: Executor, work: Work, broken: Mapping[Stage, Outcome]) -> list[Outcome]:
    """Run the cells that are not finished, and return an outcome for every cell of the plan.

    Cells with the same fingerprint are run once.
    """
    outcomes: dict[int, Outcome] = {}
    groups: dict[Fingerprint, list[int]] = {}
    todo: dict[int, Prepared] = {}
    for index, cell in enumerate(work.plan):
        prepared_or_outcome = _prepared(work.engine, cell, broken)
        if not isinstance(prepared_or_outcome, Prepared):
            outcomes[index] = prepared_or_outcome
        elif prepared_or_outcome.key in groups:
            groups[prepared_or_outcome.key].append(index)
        else:
            groups[prepared_or_outcome.key], todo[index] = [index], prepared_or_outcome
    threads = _threads(executor, work.engine, len(groups))
    for index, ready in list(todo.items()):
        if (outcome := _finished(work.engine, ready)) is not None:
            outcomes |= dict.fromkeys(groups[ready.key], outcome)
            del todo[index]
    work.engine.events("run_started", folder=work.folder, cells=len(todo))
    work.prepared = todo
    stages: dict[Stage, Fingerprint] = {}
    jobs = [Job("cell", i, threads, planned=_planned(work.engine, ready, stages)) for i, ready in todo.items()]
    for job, outcome in _run_by(executor, work, jobs):
        names = {**work.plan[job.index].names, "id": outcome.get("id")}
        work.engine.events("cell_finished", cell=names, outcome=outcome)
        outcomes |= dict.fromkeys(groups[todo[job.index].key], outcome)
    return [outcomes[index] for index in range(len(work.plan))]


def _prepared(engine: Engine, cell: PlannedCell, broken: Mapping[Stage, Outcome]) -> Prepared | Outcome:
    """A prepared cell, or the outcome of one that cannot be run."""
    if cell.refusal:
        return refusal(cell.refusal)
    if cell.source and cell.source_seed is not None:
        failed = broken.get((cell.source.name, cell.source_seed))
        if failed:
            return {**failed, "reason": f"its source stage {failed['status']}: {failed['reason']}"}
    try:
        return engine.cells.prepare(cell)
    except (Exception, SystemExit) as error:
        return failure(error)


def _finished(engine: Engine, ready: Prepared) -> Outcome | None:
    """The outcome of a cell that was run before, or a failure if its files cannot be read; None if it was not run."""
    try:
        return engine.cells.finished(ready)
    except RelxferError as error:
        return failure(error)


def _planned(engine: Engine, ready: Prepared, stages: dict[Stage, Fingerprint]) -> Planned:
    """The fingerprints for the job of a cell; `stages` caches those of pre-trainings, which many cells share."""
    cell = ready.cell
    if cell.source is None or cell.source_seed is None:
        return Planned(None, ready.key)
    key = cell.source.name, cell.source_seed
    if key not in stages:
        stages[key] = engine.sources.fingerprint(cell.source, cell.source_seed)
    return Planned(stages[key], ready.key)


def _run_by(executor: Executor, work: Work, jobs: Sequence[Job]) -> Iterator[tuple[Job, Outcome]]:
    """Yield every job with its outcome, as jobs end; raise `PluginError` if the executor itself fails."""
    expected = f"expected the executor {work.engine.experiment.executor.name!r} to yield (job, outcome) for every job"
    remedy = "finished cells are kept; run again, perhaps with another executor"
    left = list(jobs)
    try:
        for job, outcome in executor.run(work, jobs) if jobs else ():
            left.remove(job)
            yield job, outcome
    except (RelxferError, OSError, MemoryError):
        raise
    except Exception as error:
        raise PluginError(f"{expected}, got {type(error).__name__}: {error}; {remedy}") from error
    if left:
        raise PluginError(f"{expected}, got none for {len(left)} of {len(jobs)}; {remedy}")


def _threads(executor: Executor, engine: Engine, jobs: int) -> int:
    """Threads of one job, so that all jobs that run at a time have together at most those available."""
    total = available_threads(engine.experiment.config.threads)
    return max(1, total // max(1, min(executor.width, jobs)))
