"""Run an experiment: source stages first, then every cell whose fingerprint has not been run."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from relxfer.contract.metrics import ordered
from relxfer.declare import seals
from relxfer.declare.resolve import Experiment, Source, experiment_of
from relxfer.declare.saved import resolved_toml
from relxfer.errors import ConfigError, PluginError, Problem, RelxferError, UsageError
from relxfer.execute import executors, provenance
from relxfer.execute.collect import collect
from relxfer.execute.engine import Engine, Planned
from relxfer.execute.events import Events
from relxfer.execute.jobs import Job, Work, available_threads, set_threads
from relxfer.execute.outcome import failure, refusal
from relxfer.plan import fingerprints
from relxfer.plan.cells import PlannedCell
from relxfer.plan.fingerprints import Fingerprint
from relxfer.plugins.finder import Plugins
from relxfer.results.results import Results
from relxfer.store.run_directory import MARKER, RESULTS, Store
from relxfer.train.processes import ALONE, Group


def run(
    experiment: Experiment,
    plugins: Plugins,
    folder: Path,
    listeners: tuple[Callable[..., None], ...] = (),
    fresh: bool = False,
    group: Group = ALONE,
) -> Results:
    """Run what is missing in `folder` and return the results of everything planned.

    Of several processes in a `group` the first calls this, and the others `follow`.
    """
    store = Store.create(folder)
    with store.locked():
        if fresh:
            store.clear()
        store.sweep()
        events = Events(plugins, listeners)
        engine = Engine(experiment, plugins, store, events, group)
        _check_device(experiment.config.device)
        _check_sources(engine, [source.name for source in experiment.sources if source.config.weights])
        _check_code(engine)
        plan = engine.plan()
        _check_task(engine)
        _check_sources(engine, [c.source.name for c in plan if c.source and c.needs_source and not c.refusal])
        _describe(store, engine, experiment)
        work = Work(store.folder, engine, plan)
        executor = executors.build(experiment.executor)
        broken = _source_stages(executor if group.size == 1 else executors.Serial(None), work, events)
        if group.size > 1 and broken:
            told = "; ".join(outcome["reason"] for outcome in broken.values())
            raise RelxferError(f"expected {group.size} processes to train together, got: {told}; start them again")
        engine.group = ALONE  # the others have nothing left to do
        outcomes = _cells(executor, work, events, broken)
        results = collect(store, experiment, plan, outcomes, engine)
        store.write(RESULTS, results.card())
        events("run_finished", folder=store.folder, results=results)
        return results


def check_group(experiment: Experiment, size: int) -> None:
    """Whether every one of `size` processes would have a batch to work on."""
    for index, source in enumerate(experiment.sources):
        batches = source.config.training.batches_per_step
        if source.pretrained and batches < size:
            told = f"expected at least {size}, a batch for each process that torchrun started, got {batches}"
            raise ConfigError(experiment.where, [Problem(f"source[{index}].training.batches_per_step", told)])


def follow(experiment: Experiment, plugins: Plugins, group: Group) -> None:
    """The part of the processes that are not the first: they train every source along with it, and keep nothing."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(experiment, plugins, Store.create(Path(folder) / "run"), Events(), group)
        set_threads(available_threads(experiment.config.threads))
        for source, seed in _wanted(engine, engine.plan()):
            engine.trained(source, seed)


def _check_device(device: str) -> None:
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise UsageError('expected a GPU for device = "cuda", got none that torch can use; write "cpu" or "auto"')


def _check_code(engine: Engine) -> None:
    """`PluginError` where code was edited and not imported again: no results may be taken for its own."""
    made = engine.experiment
    named = [stage for method in made.methods for stage in method.stages]
    named += [chosen for target in made.targets for chosen in (target.adapter, target.model)]
    named += [chosen for source in made.sources for chosen in (source.model, *source.stages) if chosen]
    fingerprints.versions(engine.code, *named)


def _check_task(engine: Engine) -> None:
    """One report has one metric: targets of another kind of task go into a run of their own."""
    kinds = {target.name: engine.target(target).task.kind for target in engine.experiment.targets}
    if len(set(kinds.values())) > 1:
        told = ", ".join(f"{name}: {kind}" for name, kind in kinds.items())
        raise UsageError(f"expected targets of one kind of task, got {told}; run them apart")
    ordered(next(iter(kinds.values())), engine.experiment.config.report.metric)


def _check_sources(engine: Engine, wanted: Sequence[str]) -> None:
    """What is given and cannot be read is a mistake of the configuration, known before anything is trained."""
    problems = []
    for index, source in enumerate(engine.experiment.sources):
        if source.name in wanted and (source.config.continued or not source.pretrained):
            try:
                engine.given(source)
            except RelxferError as error:
                key = next(key for key in ("checkpoint", "weights", "run") if getattr(source.config, key))
                problems.append(Problem(f"source[{index}].{key}", str(error)))
    if problems:
        raise ConfigError(engine.experiment.where, problems)


def _describe(store: Store, engine: Engine, experiment: Experiment) -> None:
    """Save the configuration, and where it runs; say so when a resumed run goes on under other conditions."""
    import warnings

    from relxfer.store.files import write_bytes

    distributions = {m.offer.distribution for method in experiment.methods for m in method.stages}
    wanted, threads = experiment.config.threads, available_threads(experiment.config.threads)
    if wanted and wanted > threads:
        warnings.warn(f"threads = {wanted} on {threads} cores: {threads} are used", RuntimeWarning, stacklevel=3)
    now = provenance.collect(distributions, threads, engine.device)
    if (store.folder / MARKER).exists():
        for line in provenance.differences(provenance.read(store), now):
            warnings.warn(f"resuming in {store.folder}: {line}; bits may differ", RuntimeWarning, stacklevel=3)
    provenance.write(store, now)
    path, text = store.folder / "config.toml", resolved_toml(experiment)
    write_bytes(path, text.encode())
    if not seals.seal(path, text.encode()) and not _for_anybody(text, engine.plugins):
        warnings.warn(
            f"expected to keep a key in {seals.place()}, got no way to: `relxfer predict {store.folder}` will take no "
            "paths and no modules from there; give it your configuration with --config",
            RuntimeWarning,
            stacklevel=3,
        )


def _for_anybody(text: str, plugins: Plugins) -> bool:
    """Whether a saved configuration holds nothing that only the user may say."""
    try:
        experiment_of(tomllib.loads(text), "config.toml", Path(), plugins, stranger="in a run directory")
        return True
    except ConfigError:
        return False


def _source_stages(executor: Any, work: Work, events: Events) -> dict[tuple[str, int], dict[str, Any]]:
    """Pre-train every source that some cell needs, if it was not done; returns the failures by source and seed."""
    engine, sources = work.engine, list(work.engine.experiment.sources)
    wanted = _wanted(engine, work.plan)
    threads = _share(executor, engine, len(wanted))
    found = [(sources.index(source), seed, _stage(engine, source, seed)) for source, seed in wanted]
    jobs = [Job("source", index, threads, seed, planned) for index, seed, planned in found if planned is not None]
    failures = {}
    for job, outcome in _run_by(executor, work, jobs):
        source = sources[job.index]
        names = {"source": source.name, "target": None, "strategy": "pre-train", "seed": job.seed}
        events("cell_finished", cell=names, outcome=outcome)
        if outcome["status"] != "done":
            failures[source.name, job.seed] = outcome
    return failures


def _stage(engine: Engine, source: Source, seed: int) -> Planned | None:
    """What a source stage is planned as; None where it was finished before."""
    try:
        entry, fingerprint = engine.source_entry(source, seed)
    except RelxferError:
        return Planned()  # the job fails with this error
    finished = engine.group.size == 1 and engine.kept(source, entry)  # of a group, each waits for the others
    return None if finished else Planned(fingerprint)


def _wanted(engine: Engine, plan: Sequence[PlannedCell]) -> list[tuple[Source, int]]:
    """The pre-trainings that some cell needs, each once: source and seed."""
    wanted = {}
    for cell in plan:
        if cell.refusal is None and cell.needs_source and cell.source and cell.source.pretrained:
            seed = engine.source_seed(cell.source, cell.seed)
            wanted[cell.source.name, seed] = cell.source, seed
    return list(wanted.values())


def _cells(
    executor: Any, work: Work, events: Events, broken: dict[tuple[str, int], dict[str, Any]]
) -> list[dict[str, Any]]:
    """An outcome for every cell of the plan; cells with one fingerprint share one run."""
    outcomes: dict[int, dict[str, Any]] = {}
    groups: dict[Fingerprint, list[int]] = {}
    for index, cell in enumerate(work.plan):
        found = _fingerprint(work.engine, cell, broken)
        if isinstance(found, Fingerprint):
            groups.setdefault(found, []).append(index)
        else:
            outcomes[index] = found
    threads = _share(executor, work.engine, len(groups))
    todo = {i[0]: (i, found) for found, i in groups.items() if not _known(work, i, outcomes)}
    events("run_started", folder=work.folder, cells=len(todo))
    stages: dict[tuple[str, int], Fingerprint] = {}
    planned = {i: Planned(_stage_of(work.engine, work.plan[i], stages), found) for i, (_, found) in todo.items()}
    jobs = [Job("cell", index, threads, planned=what) for index, what in planned.items()]
    for job, outcome in _run_by(executor, work, jobs):
        events("cell_finished", cell=work.plan[job.index].names | {"id": outcome.get("id")}, outcome=outcome)
        outcomes |= dict.fromkeys(todo[job.index][0], outcome)
    return [outcomes[index] for index in range(len(work.plan))]


def _stage_of(engine: Engine, cell: PlannedCell, known: dict[tuple[str, int], Fingerprint]) -> Fingerprint | None:
    """The fingerprint of the pre-training that a cell needs; `known` keeps them, for many cells need the same."""
    if not (cell.source and cell.needs_source and cell.source.pretrained):
        return None
    key = cell.source.name, engine.source_seed(cell.source, cell.seed)
    if key not in known:
        known[key] = engine.source_entry(cell.source, cell.seed)[1]
    return known[key]


def _run_by(executor: Any, work: Work, jobs: Sequence[Job]) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Every job with its outcome, as they end; `PluginError` where the executor itself fails."""
    expected = f"expected the executor {work.engine.experiment.executor.name!r} to yield (job, outcome) for every job"
    remedy = "what is done is kept; run again, perhaps with another executor"
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


def _fingerprint(
    engine: Engine, cell: PlannedCell, broken: dict[tuple[str, int], dict[str, Any]]
) -> dict[str, Any] | Fingerprint:
    """The evaluation fingerprint under which a cell runs, or the outcome of one that cannot."""
    if cell.refusal:
        return refusal(cell.refusal)
    if cell.source and cell.needs_source:
        failed = broken.get((cell.source.name, engine.source_seed(cell.source, cell.seed)))
        if failed:
            return failed | {"reason": f"its source stage {failed['status']}: {failed['reason']}"}
    try:
        return engine.prepare(cell).evaluation
    except (Exception, SystemExit) as error:
        return failure(error)


def _known(work: Work, indices: list[int], outcomes: dict[int, dict[str, Any]]) -> bool:
    """Whether these cells, which share a fingerprint, were run before; then their outcome is taken over."""
    try:
        outcome = work.engine.finished(work.engine.prepare(work.plan[indices[0]]))
    except RelxferError as error:
        outcome = failure(error)
    if outcome is None:
        return False
    outcomes |= dict.fromkeys(indices, outcome)
    return True


def _share(executor: Any, engine: Engine, jobs: int) -> int:
    """Threads of one job, so that all that run at a time have no more than there are."""
    total = available_threads(engine.experiment.config.threads)
    return max(1, total // max(1, min(executor.width, jobs)))
