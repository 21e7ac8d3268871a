"""Run an experiment: source stages first, then every cell whose fingerprint has not been run."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from relxfer.contract.executors import Executor, Failed
from relxfer.declare import saved
from relxfer.declare.experiment import Experiment
from relxfer.declare.seeds import UntilDecided
from relxfer.errors import ConfigError, PluginError, Problem, RelxferError
from relxfer.execute import executors, provenance
from relxfer.execute.collect import Collector, collect
from relxfer.execute.engine import Engine
from relxfer.execute.events import Events
from relxfer.execute.jobs.checks import checked_plan
from relxfer.execute.jobs.job import Job, Ran
from relxfer.execute.jobs.log import Log, warnings_told
from relxfer.execute.jobs.open_questions import OpenQuestions
from relxfer.execute.jobs.scheduler import Everything, Scheduler
from relxfer.execute.jobs.seed_by_seed import SeedBySeed
from relxfer.execute.jobs.stages import Stages, pretrainings
from relxfer.execute.jobs.stream import Misused, Stream, tried_again
from relxfer.execute.jobs.waves import Waves
from relxfer.execute.jobs.work import Work
from relxfer.execute.locking.holding import hold, require
from relxfer.execute.locking.taking import take
from relxfer.execute.observing.observers import Observing
from relxfer.execute.workers import archive
from relxfer.execute.workers.reports import Follower
from relxfer.plan.cells import PlannedCell
from relxfer.plan.lock import Lock
from relxfer.plugins.finder import Plugins
from relxfer.results.results import Results
from relxfer.store.entry import Point
from relxfer.store.run_directory import MARKER, RESULTS, Store
from relxfer.train.machine import available_threads, set_threads
from relxfer.train.processes import ALONE, Group


def run(
    experiment: Experiment,
    plugins: Plugins,
    folder: Path,
    listeners: tuple[Callable[..., None], ...] = (),
    fresh: bool = False,
    group: Group = ALONE,
    scheduling: Callable[[list[PlannedCell]], Scheduler] | None = None,
    lock: Lock | None = None,
) -> Results:
    """Run the cells of an experiment that are missing in a run directory, and return the results of all.

    Args:
        experiment: the experiment.
        plugins: loaded plugins, whose observers are called.
        folder: run directory; it is created if it does not exist.
        listeners: called with every event as `listener(event, **values)`.
        fresh: delete earlier results first.
        group: processes that train sources together; the first one calls this function, the others call `follow`.
        scheduling: makes the scheduler of a plan, which says when which cells are run; None: as `seeds` says.
        lock: nothing is run but what was locked; None: if the directory keeps a lock, the results tell what differs.

    Raises:
        UsageError: what would be run is not what was locked, or a test was opened here before.
        ConfigError: a source cannot be read.
        PluginError: a plugin that is needed is broken, or was edited after it was imported.
        RunLocked: another process is using the run directory.
    """
    store = Store.create(folder)
    with (
        store.locked(),
        Log(store.folder) as log,
        warnings_told(log),
        Observing.of_run(plugins, experiment.observers) as observers,  # in here, so that what it warns of is logged
    ):
        engine, executor = _started(experiment, plugins, store, Events(observers, (*listeners, log), store.folder))
        plan = checked_plan(engine)
        held = hold(engine, plan, lock, fresh)
        if fresh:
            store.clear()
        store.sweep()
        _describe(engine)
        held.keep(store)
        work = Work(store.folder, engine)
        if group.size > 1:
            _train_together(work, plan, group)
        collector = Collector(engine)
        scheduler = scheduling(plan) if scheduling else _scheduler(collector, plan)
        waves = _run_waves(executor, work, scheduler)
        judged = [each for each in zip(waves.cells, waves.outcomes, strict=True) if not each[0].trial]
        if isinstance(scheduler, SeedBySeed):  # the order of the report is that of the plan, not that of seeds
            order = {id(cell): number for number, cell in enumerate(plan)}
            judged.sort(key=lambda each: order[id(each[0])])
        results = collect(collector, [cell for cell, _ in judged], [ended for _, ended in judged])
        results = replace(results, lock=held.check(store, results.cells))
        store.write(RESULTS, results.card())
        engine.events("run_finished", folder=store.folder, results=results)
        return results


def search(
    experiment: Experiment,
    plugins: Plugins,
    folder: Path,
    scheduling: Callable[[list[PlannedCell]], Scheduler],
    listeners: tuple[Callable[..., None], ...] = (),
    fresh: bool = False,
) -> None:
    """Run the trials that a scheduler gives in a run directory; no test is opened, and no results are written.

    The arguments and the errors are those of `run`. Trials that were run there before are not run again.
    """
    store = Store.create(folder)
    with store.locked(), Log(store.folder) as log, warnings_told(log):
        engine, executor = _started(
            experiment, plugins, store, Events(listeners=(*listeners, log), folder=store.folder)
        )
        plan = checked_plan(engine)
        if fresh:
            store.clear()
        store.sweep()
        if not (store.folder / RESULTS).exists():  # those of an earlier run keep the configuration that they are of
            _describe(engine)
        _run_waves(executor, Work(store.folder, engine), scheduling(plan))


def locked(experiment: Experiment, plugins: Plugins) -> Lock:
    """The lock of an experiment: it is planned as `run` does, and nothing is trained.

    Raises:
        ConfigError: a source cannot be read.
        PluginError: a plugin that is needed is broken, or was edited after it was imported.
    """
    with tempfile.TemporaryDirectory() as aside:
        engine = Engine(experiment, plugins, Store.create(Path(aside) / "run"))
        return take(engine, checked_plan(engine))


def check_lock(lock: Lock, experiment: Experiment, plugins: Plugins) -> None:
    """Check, before anything is run, that an experiment is what was locked.

    Raises:
        UsageError: it is not; the message says what differs.
    """
    require(lock, lock.differences(locked(experiment, plugins)))


def follow(experiment: Experiment, plugins: Plugins, group: Group) -> None:
    """Train every source together with the first process of a group, which alone keeps the results."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(experiment, plugins, Store.create(Path(folder) / "run"))
        engine.sources.group = group
        set_threads(available_threads(experiment.config.threads))
        for source, seed in pretrainings(engine, engine.plan()):
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


def _started(experiment: Experiment, plugins: Plugins, store: Store, events: Events) -> tuple[Engine, Executor]:
    """The engine of a run and its executor; raises if the device is not available."""
    engine, executor = Engine(experiment, plugins, store, events), executors.build(experiment.executor)
    engine.cores = getattr(executor, "cores", None)
    _ = engine.attach.device
    return engine, executor


def _describe(engine: Engine) -> None:
    """Save the configuration and the provenance, and warn if a run is resumed under other conditions."""
    experiment, store = engine.experiment, engine.store
    distributions = {stage.offer.distribution for method in experiment.methods for stage in method.strategies}
    wanted, threads = experiment.config.threads, available_threads(experiment.config.threads)
    if wanted and wanted > threads:
        warnings.warn(f"threads = {wanted} on {threads} cores: {threads} are used", RuntimeWarning, stacklevel=3)
    now = provenance.collect(distributions, threads, engine.attach.device)
    if (store.folder / MARKER).exists():
        for line in provenance.differences(provenance.read(store), now):
            warnings.warn(f"resuming in {store.folder}: {line}; bits may differ", RuntimeWarning, stacklevel=3)
    provenance.write(store, now)
    saved.save(experiment, store.folder, engine.plugins)


# ---------------------------------------------------------------- source stages of several processes


def _train_together(work: Work, plan: Sequence[PlannedCell], group: Group) -> None:
    """Pre-train every source that a cell needs together with the other processes of a group.

    Raises:
        RelxferError: one could not be trained.
    """
    work.engine.sources.group = group
    stages = Stages(work.engine)
    for job in stages.jobs(plan, 1):
        stages.ended(job, work(job).outcome)
    if stages.broken:
        reasons = "; ".join(outcome["reason"] for outcome in stages.broken.values())
        raise RelxferError(f"expected {group.size} processes to train together, got: {reasons}; start them again")
    work.engine.sources.group = ALONE  # the other processes only train sources


# ---------------------------------------------------------------- jobs


def _scheduler(collector: Collector, plan: Sequence[PlannedCell]) -> Scheduler:
    """The scheduler that `seeds` asks for."""
    engine = collector.engine
    if not isinstance(engine.experiment.config.seeds, UntilDecided):
        return Everything(plan)

    def tell(open: OpenQuestions) -> None:
        engine.events("looked", stopping=open.stopping(), more=open.more)

    return SeedBySeed(plan, collector.open_questions(), collector.cells, tell)


def _run_waves(executor: Executor, work: Work, scheduler: Scheduler) -> Waves:
    """Run the cells that the scheduler gives, and their pre-trainings."""
    waves = Waves(work.engine, scheduler, executor.width, work.prepared)
    stream = Stream(waves.jobs())
    with Follower(work.reports, work.engine.events.from_job) as follower:
        work.leaving, work.end = follower.start, follower.end
        work.engine.events.reached = lambda job, point: _stop_if_wanted(job, point, waves, stream, follower, work)
        with closing(_run_by(executor, work, stream)) as outcomes:
            for job, result in outcomes:
                if isinstance(result, Ran) and result.files:
                    archive.unpack(result.files, work.folder)
                follower.finish(job.name, result.events if isinstance(result, Ran) else None)
                if isinstance(result, Failed) and tried_again(job, result):
                    remark = f"{result.reason}; {_named(work.engine, job, waves)} is tried again, alone"
                    warnings.warn(remark, RuntimeWarning, stacklevel=3)
                else:
                    waves.ended(job, result)
        follower.check()
    return waves


def _stop_if_wanted(name: str, point: Point, waves: Waves, stream: Stream, follower: Follower, work: Work) -> None:
    """Ask a job to stop, if the scheduler wants that at the validation point that it reached."""
    job = stream.running.get(name)
    if job is not None and waves.reached(job, point):
        work.asked.add(name)
        follower.stop(name)


def _named(engine: Engine, job: Job, waves: Waves) -> str:
    if job.kind == "source":
        return f"the source {engine.experiment.sources[job.index].name}"
    cell = waves.cells[job.index]
    return f"the cell {cell.method.name} on {cell.target.name}, seed {cell.seed},"


def _run_by(executor: Executor, work: Work, stream: Stream) -> Generator[tuple[Job, Ran | Failed]]:
    """Yield every job with what came of it, as jobs end; raise `PluginError` if the executor itself fails.

    An executor is not used where there is no job.
    """
    if not stream.waiting():
        return
    expected = f"expected the executor {work.engine.experiment.executor.name!r} to yield (job, outcome) for every job"
    remedy = "finished cells are kept; run again, perhaps with another executor"
    running: Iterator[Any] = iter(())
    try:
        running = iter(executor.run(work, stream))
        while (ended := _next(running)) is not None:
            yield stream.ended(*ended), ended[1]
    except (RelxferError, OSError, MemoryError):
        raise
    except (KeyboardInterrupt, GeneratorExit):
        work.end()
        raise
    except Exception as error:
        if error is stream.error:
            raise
        got = str(error) if isinstance(error, Misused) else f"{type(error).__name__}: {error}"
        raise PluginError(f"{expected}, got {got}; {remedy}") from error
    finally:
        if hasattr(running, "close"):
            running.close()
    if stream.waiting() or stream.left:
        raise PluginError(f"{expected}, got none for {stream.left} of {stream.given + len(stream.ready)}; {remedy}")


def _next(running: Iterator[Any]) -> tuple[Any, Ran | Failed] | None:
    """What the executor yields next; None at its end.

    Raises:
        Misused: it is not a job with what came of it.
    """
    pair = next(running, None)
    if pair is None:
        return None
    if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], Ran | Failed)):
        wrong = type(pair[1]).__name__ if isinstance(pair, tuple) and len(pair) == 2 else repr(pair)
        raise Misused(f"{wrong} in place of what work(job) returned, or of relxfer.contract.executors.Failed")
    return pair
