"""The jobs of a run, which an executor may run in other processes, so they can be pickled."""

from __future__ import annotations

import functools
import os
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from relxfer.declare.resolve import experiment_of
from relxfer.declare.saved import resolved_toml
from relxfer.execute.cell import NOTHING, Planned, Prepared
from relxfer.execute.deadline import deadline
from relxfer.execute.engine import Engine
from relxfer.execute.outcome import failure
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins
from relxfer.store.entry import Outcome
from relxfer.store.run_directory import Store
from relxfer.train.machine import set_threads


@dataclass(frozen=True)
class Job:
    """One unit of work.

    kind     "source": pre-train a source for a seed; "cell": run a cell
    index    of the source in the experiment, or of the cell in the plan
    threads  number of threads to compute with; it follows from the whole plan and not from what is left to do, because
             a resumed run must compute with the same number
    seed     of the pre-training
    planned  fingerprints that must be the same where the job is done, or it fails
    """

    kind: Literal["source", "cell"]
    index: int
    threads: int
    seed: int = 0
    planned: Planned = NOTHING


class Work:
    """Does the jobs of a run. When it is pickled to another process, that process opens the run once.

    folder    run directory
    engine    of this process
    plan      every planned cell
    prepared  cells that this process has prepared already, by index in the plan
    """

    def __init__(self, folder: Path, engine: Engine, plan: list[PlannedCell]):
        self.folder, self.engine, self.plan = folder, engine, plan
        self.prepared: dict[int, Prepared] = {}
        self.run = uuid.uuid4().hex  # identifies this run, because a later one may use the same folder
        # passed to the other processes, which must not trust the file in the run directory
        self.config = resolved_toml(engine.experiment)
        self.files = engine.plugins.files

    def __getstate__(self) -> dict[str, object]:
        kept = {"folder": self.folder, "run": self.run, "config": self.config, "files": self.files}
        return {**kept, "prepared": {}}

    def __call__(self, job: Job) -> Outcome:
        set_threads(job.threads)
        try:
            if not hasattr(self, "engine"):
                self.engine, self.plan = _opened(self.folder, self.run, self.config, self.files)
            return self._do(job)
        except (Exception, SystemExit) as error:
            return failure(error)

    def _do(self, job: Job) -> Outcome:
        if job.kind == "cell":
            return self.engine.cells.run(self.plan[job.index], job.planned, self.prepared.get(job.index))
        with deadline(self.engine.experiment.config.timeout_seconds):
            self.engine.sources.train(self.engine.experiment.sources[job.index], job.seed, job.planned.source)
        return {"status": "done"}


@functools.lru_cache(maxsize=1)
def _opened(folder: Path, run: str, config: str, files: tuple[Path, ...]) -> tuple[Engine, list[PlannedCell]]:
    """The engine and the plan of a run; cached, because a process receives the work again with each job."""
    plugins = Plugins.load(third_party=not os.environ.get("RELXFER_NO_PLUGINS"), files=files)
    engine = Engine(experiment_of(tomllib.loads(config), "(config)", folder, plugins), plugins, Store(folder))
    return engine, engine.plan()
