"""One unit of work of a run, as it is handed to an executor; it can be pickled."""

from __future__ import annotations

import functools
import os
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.declare.resolve import experiment_of
from relxfer.declare.saved import resolved_toml
from relxfer.execute.deadline import deadline
from relxfer.execute.engine import NOTHING, Engine, Planned
from relxfer.execute.events import Events
from relxfer.execute.outcome import failure
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins
from relxfer.store.run_directory import Store
from relxfer.train.machine import cores


@dataclass(frozen=True)
class Job:
    """`source`: pre-train source `index` for a seed. `cell`: run cell `index` of the plan.

    `threads` follow from the plan, not from what is left to do: a resumed run must not compute with others. Whoever
    does the job finds what was `planned`, or the job fails.
    """

    kind: str
    index: int
    threads: int
    seed: int = 0
    planned: Planned = NOTHING


class Work:
    """Does jobs of the run in `folder`; copies in another process open the run there, once."""

    def __init__(self, folder: Path, engine: Engine, plan: list[PlannedCell]):
        self.folder, self.engine, self.plan = folder, engine, plan
        self.run = uuid.uuid4().hex  # a later run in the folder is opened anew
        # what the user said travels from process to process, and is not read from the folder again
        self.config = resolved_toml(engine.experiment)

    def __getstate__(self) -> dict[str, Any]:
        return {"folder": self.folder, "run": self.run, "config": self.config}

    def __call__(self, job: Job) -> dict[str, Any]:
        set_threads(job.threads)
        try:
            if not hasattr(self, "engine"):
                self.engine, self.plan = _opened(self.folder, self.run, self.config)
            return self._do(job)
        except (Exception, SystemExit) as error:
            return failure(error)

    def _do(self, job: Job) -> dict[str, Any]:
        if job.kind == "cell":
            return self.engine.run(self.plan[job.index], job.planned)
        with deadline(self.engine.experiment.config.timeout_seconds):
            self.engine.trained(self.engine.experiment.sources[job.index], job.seed, job.planned.source)
        return {"status": "done"}


@functools.lru_cache(maxsize=1)
def _opened(folder: Path, run: str, config: str) -> tuple[Engine, list[PlannedCell]]:
    """The data and the plan of a run, loaded once in a process, however often its work arrives there."""
    plugins = Plugins.load(third_party=not os.environ.get("RELXFER_NO_PLUGINS"))
    experiment = experiment_of(tomllib.loads(config), "(config)", folder, plugins)
    engine = Engine(experiment, plugins, Store(folder), Events())
    return engine, engine.plan()


def set_threads(threads: int) -> None:
    """torch's threads; kernels of plugins follow `torch.get_num_threads()`."""
    import torch

    torch.set_num_threads(threads)


def available_threads(wanted: int | None) -> int:
    """What the configuration asks for, at most one for each core, or what torch takes by default."""
    import torch

    return min(wanted, cores()) if wanted else torch.get_num_threads()
