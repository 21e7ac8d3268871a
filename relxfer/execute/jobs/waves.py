"""From the waves of a scheduler to jobs, and from their outcomes to that of every cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relxfer.contract.executors import Failed
from relxfer.errors import RelxferError
from relxfer.execute.engine import Engine
from relxfer.execute.jobs.job import Job, Ran
from relxfer.execute.jobs.proof import proven
from relxfer.execute.jobs.scheduler import Scheduler
from relxfer.execute.jobs.stages import Stages
from relxfer.execute.outcome import failure, refusal
from relxfer.execute.transfers.prepared import Planned, Prepared
from relxfer.plan.cells import PlannedCell
from relxfer.plan.fingerprints import Fingerprint
from relxfer.store.entry import Outcome, Point


class Waves:
    """The cells of a run in the order in which the scheduler gave them, and how each ended.

    Cells with the same fingerprint are run once.

    width     how many jobs run at the same time
    cells     every cell that was given
    prepared  those that are running or will, by their number
    """

    def __init__(self, engine: Engine, scheduler: Scheduler, width: int, prepared: dict[int, Prepared]):
        self.engine, self.scheduler, self.width, self.prepared = engine, scheduler, width, prepared
        self.stages = Stages(engine)
        self.cells: list[PlannedCell] = []
        self._outcomes: dict[int, Outcome] = {}
        self._same: dict[Fingerprint, list[int]] = {}  # numbers of the cells with this fingerprint
        self._started = False

    @property
    def outcomes(self) -> list[Outcome]:
        """How the cells ended, in their order."""
        return [self._outcomes[number] for number in range(len(self.cells))]

    def jobs(self) -> Iterator[list[Job]]:
        """The jobs of one wave after the other: its pre-trainings, then its cells."""
        while wave := self.scheduler.wave():
            if stages := self.stages.jobs(wave, self.width):
                yield stages
            if jobs := self._jobs(wave):
                yield jobs
        self._start(0, 0)

    def ended(self, job: Job, result: Ran | Failed) -> None:
        """Take note of how a job ended, and tell listeners."""
        ready = self.prepared.pop(job.index) if job.kind == "cell" else None
        outcome = _outcome(self.engine, job, result, ready)
        if ready is None:
            self.stages.ended(job, outcome)
            return
        names = {**ready.cell.names, "id": outcome.get("id")}
        self.engine.events("cell_finished", cell=names, outcome=outcome)
        self._set(self._same[ready.key], outcome)

    def reached(self, job: Job, point: Point) -> bool:
        """Whether the cell of a job is to stop at a validation point."""
        ready = self.prepared.get(job.index) if job.kind == "cell" else None
        return ready is not None and self.scheduler.reached(ready.cell, point)

    def _jobs(self, wave: Sequence[PlannedCell]) -> list[Job]:
        """Jobs for the cells of a wave that are not finished."""
        fresh: dict[int, Prepared] = {}
        count = 0
        for number, cell in enumerate(wave, len(self.cells)):
            self.cells.append(cell)
            ready = self._prepared(cell)
            if not isinstance(ready, Prepared):
                self._set([number], ready)
                continue
            same = self._same.setdefault(ready.key, [])
            before = self._outcomes.get(same[0]) if same else None
            same.append(number)
            if before is not None and before["status"] != "stopped":
                self._set([number], before)
            elif before is not None or len(same) == 1:
                fresh[number] = ready
                count += 1
        threads = self.engine.threads(min(self.width, count))
        for number, ready in list(fresh.items()):
            if (outcome := _finished(self.engine, ready)) is not None:
                self._set(self._same[ready.key], outcome)
                del fresh[number]
        self._start(len(fresh), sum(not cell.refusal for cell in wave))
        self.prepared |= fresh
        return [self._job(number, ready, threads) for number, ready in fresh.items()]

    def _job(self, number: int, ready: Prepared, threads: int) -> Job:
        cell = ready.cell
        planned = Planned(self.stages.planned(cell), ready.key)
        source = cell.source.name if cell.source else None
        return Job("cell", number, threads, 0, planned, f"{source} {cell.target.name}", cell=cell)

    def _start(self, cells: int, wave: int) -> None:
        """Tell listeners, before the first wave, how many cells will be run.

        cells  those of the wave that are not finished
        wave   those of the wave that can run
        """
        if not self._started:
            self._started = True
            planned, folder = self.scheduler.at_most, self.engine.store.folder
            left = cells + max(0, planned - wave)
            self.engine.events("run_started", folder=folder, cells=cells, at_most=left, planned=planned)

    def _prepared(self, cell: PlannedCell) -> Prepared | Outcome:
        """A prepared cell, or the outcome of one that cannot be run."""
        if cell.refusal:
            return refusal(cell.refusal)
        if (failed := self.stages.failed(cell)) is not None:
            return failed
        try:
            return self.engine.cells.prepare(cell)
        except (Exception, SystemExit) as error:
            return failure(error)

    def _set(self, numbers: Sequence[int], outcome: Outcome) -> None:
        for number in numbers:
            self._outcomes[number] = outcome
            self.scheduler.ended(self.cells[number], outcome)


def _finished(engine: Engine, ready: Prepared) -> Outcome | None:
    """The outcome of a cell that was run before, or a failure if its files cannot be read; None if it was not run."""
    try:
        return engine.cells.finished(ready)
    except RelxferError as error:
        return failure(error)


def _outcome(engine: Engine, job: Job, result: Ran | Failed, ready: Prepared | None) -> Outcome:
    ids = ready.ids if ready else None
    if isinstance(result, Ran):
        return proven(engine, job, result, ids)
    times = f" ({job.attempt + 1} times)" if job.attempt else ""
    failed: Outcome = {"status": "failed", "reason": f"{result.reason}{times}"}
    return {**failed, **ids} if ids else failed
