"""One unit of work of a run, as it is handed to an executor; it can be pickled."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.deadline import deadline
from relxfer.engine import Engine
from relxfer.events import Events
from relxfer.kernel import Kernel
from relxfer.outcome import failure
from relxfer.plan import PlannedCell
from relxfer.provenance import cores
from relxfer.resolve import experiment_of
from relxfer.savedconfig import resolved_toml
from relxfer.store import Store


@dataclass(frozen=True)
class Job:
    """`source`: pre-train source `index` for a seed. `cell`: run cell `index` of the plan.

    `threads` follow from the plan, not from what is left to do: a resumed run must not compute with others.
    """

    kind: str
    index: int
    threads: int
    seed: int = 0


class Work:
    """Does jobs of the run in `folder`; a copy in another process opens the run there by itself."""

    def __init__(self, folder: Path, engine: Engine, plan: list[PlannedCell]):
        self.folder, self.engine, self.plan = folder, engine, plan

    def __getstate__(self) -> dict[str, Any]:
        # what the user said travels from process to process, and is not read from the folder again
        return {"folder": self.folder, "config": resolved_toml(self.engine.experiment)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.folder = state["folder"]
        kernel = Kernel.load(third_party=not os.environ.get("RELXFER_NO_PLUGINS"))
        experiment = experiment_of(tomllib.loads(state["config"]), "(config)", self.folder, kernel)
        self.engine = Engine(experiment, kernel, Store(self.folder), Events())
        self.plan = self.engine.plan()

    def __call__(self, job: Job) -> dict[str, Any]:
        set_threads(job.threads)
        try:
            return self._do(job)
        except (Exception, SystemExit) as error:
            return failure(error)

    def _do(self, job: Job) -> dict[str, Any]:
        if job.kind == "cell":
            return self.engine.run(self.plan[job.index])
        with deadline(self.engine.experiment.config.timeout):
            self.engine.artefact(self.engine.experiment.sources[job.index], job.seed)
        return {"status": "done"}


def set_threads(threads: int) -> None:
    """torch's threads; kernels of plugins follow `torch.get_num_threads()`."""
    import torch

    torch.set_num_threads(threads)


def available_threads(wanted: int | None) -> int:
    """What the configuration asks for, at most one for each core, or what torch takes by default."""
    import torch

    return min(wanted, cores()) if wanted else torch.get_num_threads()
