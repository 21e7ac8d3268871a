"""Doing a job, in the process of the run or in another one."""

from __future__ import annotations

import functools
import os
import tomllib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from relxfer.declare.resolve import experiment_of
from relxfer.declare.saved import resolved_toml
from relxfer.execute.deadline import deadline
from relxfer.execute.engine import Engine
from relxfer.execute.jobs.apart import Apart, needed
from relxfer.execute.jobs.job import Job, Ran
from relxfer.execute.jobs.log import warnings_told
from relxfer.execute.outcome import failure, stopped
from relxfer.execute.transfers.prepared import Planned, Prepared
from relxfer.execute.workers.reports import Reports
from relxfer.plugins import versions
from relxfer.plugins.carried import Carried
from relxfer.plugins.finder import Plugins
from relxfer.store.entry import Outcome
from relxfer.store.hub import checked
from relxfer.store.hub.checked import Checked
from relxfer.store.run_directory import Store
from relxfer.train.machine import set_threads, started
from relxfer.train.stopping import Stopped


class Work:
    """Does the jobs of a run in its own process. Where it is pickled, an `Elsewhere` arrives.

    folder    run directory
    engine    of this process
    prepared  cells that this process has prepared already, by the index of their job
    asked     names of jobs that were asked to stop
    leaving   is called when the work is pickled, for another process
    end       asks jobs in other processes to save what they have trained, and to end
    """

    def __init__(self, folder: Path, engine: Engine):
        self.folder, self.engine = folder, engine
        self.prepared: dict[int, Prepared] = {}
        self.asked: set[str] = set()
        self.leaving: Callable[[], None] = lambda: None
        self.end: Callable[[], None] = lambda: None
        self.run = uuid.uuid4().hex  # identifies this run, because a later one may use the same folder
        self._process = os.getpid()

    @property
    def reports(self) -> Reports:
        """The files of events of other processes, and of requests to stop."""
        return Reports(self.folder, self.run)

    def elsewhere(self) -> Elsewhere:
        """What another process needs to do jobs of this run.

        Raises:
            PluginError: it could not load a plugin that was given to this process.
        """
        third_party = not os.environ.get("RELXFER_NO_PLUGINS")
        plugins = tuple(Carried.of(plugin, name) for plugin, name in self.engine.plugins.given)
        # it must not trust the configuration in the run directory
        config = resolved_toml(self.engine.experiment)
        copies = checked.copies(tomllib.loads(config))
        return Elsewhere(self.folder.absolute(), self.run, config, plugins, third_party, copies)

    def apart(self, job: Job) -> Apart:
        """What a process that does not see the run directory needs to do this job."""
        ready = self.prepared.get(job.index) if job.kind == "cell" else None
        self.leaving()
        return Apart(self.elsewhere(), needed(self.engine.store, job, ready.ids["id"] if ready else None))

    def __reduce__(self) -> tuple[type[Elsewhere], tuple[object, ...]]:
        there = self.elsewhere()
        self.leaving()
        return Elsewhere, (there.folder, there.run, there.config, there.plugins, there.third_party, there.copies)

    def __call__(self, job: Job, device: str | None = None) -> Ran:
        """Do a job; only an interrupt raises."""
        if os.getpid() != self._process:  # a copy of the process of the run, by fork
            return self.elsewhere()(job, device)
        events = self.engine.events
        events.job, events.stopping = job.name, lambda: job.name in self.asked
        try:
            return _ran(self.engine, job, device, self.prepared.get(job.index) if job.kind == "cell" else None)
        finally:
            events.job = None


@dataclass(frozen=True)
class Elsewhere:
    """Does the jobs of a run in another process, which sees the same files.

    folder       run directory
    run          identifies the run
    config       its configuration
    plugins      plugins that are not installed
    third_party  whether installed plugins of other distributions are loaded
    copies       of what its configuration names on the hub
    """

    folder: Path
    run: str
    config: str
    plugins: tuple[Carried, ...]
    third_party: bool
    copies: tuple[Checked, ...] = ()

    def __call__(self, job: Job, device: str | None = None) -> Ran:
        """Do a job; only an interrupt raises."""
        try:
            engine, check = _opened(self)
        except (Exception, SystemExit) as error:
            return Ran(job.name, failure(error), events=0)
        with Reports(self.folder, self.run).report(job.name) as report, warnings_told(report):
            engine.events.listeners, engine.events.stopping = (report,), report.stopping
            ran = _ran(engine, job, device, check=check)
            return Ran(ran.job, ran.outcome, ran.ran, engine.code.determined(), report.count)


@functools.lru_cache(maxsize=1)
def _opened(there: Elsewhere) -> tuple[Engine, Callable[[], None]]:
    """The engine of a run in this process, and a check that its modules are as new as their files.

    Cached, because a process may receive the work again with each job.
    """
    check = functools.partial(versions.check_age, versions.unknown(), started())
    plugins = Plugins.load(third_party=there.third_party)
    for carried in there.plugins:
        carried.register(plugins)
    tables = checked.taken(tomllib.loads(there.config), there.copies)
    experiment = experiment_of(tables, "(config)", there.folder, plugins)
    return Engine(experiment, plugins, Store(there.folder)), check


def _ran(
    engine: Engine,
    job: Job,
    device: str | None,
    prepared: Prepared | None = None,
    check: Callable[[], None] = lambda: None,
) -> Ran:
    """Do a job; `check` is called when its fingerprints, and with them all modules that decide it, are known."""
    set_threads(job.threads)
    try:
        engine.attach.use(device)
        return _cell(engine, job, prepared, check) if job.kind == "cell" else _source(engine, job, check)
    except Stopped as stop:
        return Ran(job.name, stopped(stop))
    except (Exception, SystemExit) as error:
        return Ran(job.name, failure(error))


def _cell(engine: Engine, job: Job, prepared: Prepared | None, check: Callable[[], None]) -> Ran:
    if prepared is None:
        cell = job.cell_of(engine.experiment, engine.plugins)
        with deadline(engine.experiment.config.timeout_seconds):
            prepared = engine.cells.prepare(cell, job.planned)
    check()
    outcome: Outcome = engine.cells.run(prepared.cell, job.planned, prepared)
    return Ran(job.name, outcome, Planned(job.planned.source, prepared.key))


def _source(engine: Engine, job: Job, check: Callable[[], None]) -> Ran:
    source = engine.experiment.sources[job.index]
    with deadline(engine.experiment.config.timeout_seconds):
        identity = engine.sources.fingerprint(source, job.seed)
        check()
        engine.sources.train(source, job.seed, job.planned.source)
    return Ran(job.name, {"status": "done"}, Planned(identity))
