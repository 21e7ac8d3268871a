"""A job, which an executor may run in another process, and what comes back."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from relxfer.declare.experiment import Chosen, Experiment
from relxfer.execute.transfers.prepared import NOTHING, Planned
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins
from relxfer.store.entry import Outcome


@dataclass(frozen=True)
class Job:
    """One unit of work.

    kind     "source": pre-train a source for a seed; "cell": run a cell
    index    of the source in the experiment, or of the cell in the run
    threads  number of threads to compute with; it follows from the whole wave and not from what is left to do, because
             a resumed run must compute with the same number
    seed     of the pre-training
    planned  fingerprints that must be the same where the job is done, or it fails
    group    jobs of one group use the same data
    attempt  how many times it has failed before
    cell     the cell, if it is one; in another process its bytes, until `cell_of` reads them
    """

    kind: Literal["source", "cell"]
    index: int
    threads: int
    seed: int = 0
    planned: Planned = NOTHING
    group: str = ""
    attempt: int = 0
    cell: PlannedCell | bytes | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """What identifies the job in its run, as the name of a file."""
        return f"{self.kind}-{self.index}-{self.seed}-{self.attempt}"

    @property
    def again(self) -> Job:
        """The next attempt."""
        return replace(self, attempt=self.attempt + 1)

    def __getstate__(self) -> dict[str, Any]:
        state = {each.name: getattr(self, each.name) for each in fields(self)}
        if isinstance(self.cell, PlannedCell):
            # as bytes, because classes of options can be imported only where the plugins are loaded
            source, target = self.cell.source, self.cell.target
            light = replace(self.cell, source=None, target=None)  # type: ignore[arg-type]
            state["cell"] = pickle.dumps((source.name if source else None, target.name, light))
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def cell_of(self, experiment: Experiment, plugins: Plugins) -> PlannedCell:
        """The cell, with the source, the target and the offers of this process.

        Raises:
            UnknownName: a plugin is not installed here.
        """
        if not isinstance(self.cell, bytes):
            assert self.cell is not None
            return self.cell
        source, target, light = pickle.loads(self.cell)
        method = light.method
        offers = {each.name: _here(getattr(method, each.name), plugins) for each in fields(method)}
        return replace(
            light,
            source=next((each for each in experiment.sources if each.name == source), None),
            target=next(each for each in experiment.targets if each.name == target),
            method=replace(method, **offers),
        )


@dataclass(frozen=True)
class Ran:
    """What comes back from a job.

    job      name of the job that was done
    outcome  how it ended
    ran      the fingerprints that it had where it was done
    code     versions of the code there, by distribution
    events   how many events were written to its file; None where the run itself was told
    files    an archive of what it wrote, from a process that does not see the run directory
    """

    job: str
    outcome: Outcome
    ran: Planned = NOTHING
    code: Mapping[str, str] = field(default_factory=dict)
    events: int | None = None
    files: bytes = field(default=b"", repr=False)


def _here(value: Any, plugins: Plugins) -> Any:
    """The same offers in this process, whose versions may be others."""
    if isinstance(value, Chosen):
        return replace(value, offer=plugins.find(value.record.kind, value.name))
    return tuple(_here(each, plugins) for each in value) if isinstance(value, tuple) else value
