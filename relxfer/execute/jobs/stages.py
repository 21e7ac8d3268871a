"""The jobs that pre-train sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from relxfer.declare.experiment import Source
from relxfer.errors import RelxferError
from relxfer.execute.engine import Engine
from relxfer.execute.jobs.job import Job
from relxfer.execute.sources import stage_names
from relxfer.execute.transfers.prepared import Planned
from relxfer.plan.cells import PlannedCell
from relxfer.plan.fingerprints import Fingerprint
from relxfer.store.entry import Outcome

#: A pre-training, identified by the name of its source and its seed.
Stage: TypeAlias = tuple[str, int]


class Stages:
    """The pre-trainings of a run.

    broken  those that did not end well, with their outcomes
    """

    def __init__(self, engine: Engine):
        self.engine = engine
        self.broken: dict[Stage, Outcome] = {}
        self._planned: dict[Stage, Fingerprint] = {}

    def jobs(self, cells: Sequence[PlannedCell], width: int) -> list[Job]:
        """A job for every pre-training that these cells need and that was not done before.

        width  how many jobs run at the same time
        """
        wanted = pretrainings(self.engine, cells)
        threads = self.engine.threads(min(width, len(wanted)))
        sources = [source.name for source in self.engine.experiment.sources]
        jobs = []
        for source, seed in wanted:
            planned = self._stage(source, seed) if (source.name, seed) not in self.broken else None
            if planned is not None:
                index = sources.index(source.name)
                jobs.append(Job("source", index, threads, seed, planned, group=source.name))
        return jobs

    def ended(self, job: Job, outcome: Outcome) -> None:
        """Tell listeners how a pre-training ended, and keep it if it did not end well."""
        source = self.engine.experiment.sources[job.index]
        known = {"id": job.planned.source[:16]} if job.planned.source else {}
        self.engine.events("cell_finished", cell={**stage_names(source, job.seed), **known}, outcome=outcome)
        if outcome["status"] != "done":
            self.broken[source.name, job.seed] = outcome

    def failed(self, cell: PlannedCell) -> Outcome | None:
        """The outcome of a cell whose pre-training did not end well; None if it did."""
        key = self._key(cell)
        ended = self.broken.get(key) if key else None
        return {**ended, "reason": f"its source stage {ended['status']}: {ended['reason']}"} if ended else None

    def planned(self, cell: PlannedCell) -> Fingerprint | None:
        """The fingerprint of the pre-training of a cell, if it needs one; cached, because many cells share it."""
        key = self._key(cell)
        if key is None or cell.source is None:
            return None
        if key not in self._planned:
            self._planned[key] = self.engine.sources.fingerprint(cell.source, key[1])
        return self._planned[key]

    def _key(self, cell: PlannedCell) -> Stage | None:
        if cell.source is None or cell.source_seed is None:
            return None
        return cell.source.name, cell.source_seed

    def _stage(self, source: Source, seed: int) -> Planned | None:
        """The fingerprint of a pre-training, for its job; None if it was finished before."""
        try:
            fingerprint = self.engine.sources.fingerprint(source, seed)
        except RelxferError:
            return Planned()  # the job fails with this error
        # in a group, every process must take part, so the job is never skipped
        sources = self.engine.sources
        finished = sources.group.size == 1 and sources.kept(source, self.engine.store.source(fingerprint))
        return None if finished else Planned(fingerprint)


def pretrainings(engine: Engine, cells: Sequence[PlannedCell]) -> list[tuple[Source, int]]:
    """The pre-trainings that any of the cells needs, each once, as (source, seed)."""
    wanted = {}
    for cell in cells:
        if cell.refusal is None and cell.source and cell.source_seed is not None:
            wanted[cell.source.name, cell.source_seed] = cell.source, cell.source_seed
    return list(wanted.values())
