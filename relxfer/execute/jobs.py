"""One unit of work of a run, as it is handed to an executor; it can be pickled."""

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
from relxfer.execute.outcome import Outcome, failure
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins
from relxfer.store.run_directory import Store
from relxfer.train.machine import set_threads


@dataclass(frozen=True)
class Job:
    """`source`: pre-train source `index` for a seed. `cell`: run cell `index` of the plan.

    `threads` follow from the plan, not from what is left to do: a resumed run must not compute with others. Whoever
    does the job finds what was `planned`, or the job fails.
    """

    kind: Literal["source", "cell"]
    index: int
    threads: int
    seed: int = 0
    planned: Planned = NOTHING


class Work:
    """Does jobs of the run in `folder`; copies in another process open the run there, once.

    prepared  cells that this process has prepared for its plan, by index
    """

    def __init__(self, folder: Path, engine: Engine, plan: list[PlannedCell]):
        self.folder, self.engine, self.plan = folder, engine, plan
        self.prepared: dict[int, Prepared] = {}
        self.run = uuid.uuid4().hex  # a later run in the folder is opened anew
        # what the user said travels from process to process, and is not read from the folder again
        self.config = resolved_toml(engine.experiment)

    def __getstate__(self) -> dict[str, Path | str | dict[int, Prepared]]:
        return {"folder": self.folder, "run": self.run, "config": self.config, "prepared": {}}

    def __call__(self, job: Job) -> Outcome:
        set_threads(job.threads)
        try:
            if not hasattr(self, "engine"):
                self.engine, self.plan = _opened(self.folder, self.run, self.config)
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
def _opened(folder: Path, run: str, config: str) -> tuple[Engine, list[PlannedCell]]:
    """The data and the plan of a run, loaded once in a process, however often its work arrives there."""
    plugins = Plugins.load(third_party=not os.environ.get("RELXFER_NO_PLUGINS"))
    engine = Engine(experiment_of(tomllib.loads(config), "(config)", folder, plugins), plugins, Store(folder))
    return engine, engine.plan()
