"""What is decided about a cell before it runs."""

from __future__ import annotations

from dataclasses import dataclass

from relxfer.declare.experiment import Chosen
from relxfer.execute.artefacts import Artefact
from relxfer.plan.cells import Names, PlannedCell
from relxfer.plan.fingerprints import Fingerprint
from relxfer.store.entry import Ids


@dataclass(frozen=True)
class Planned:
    """The fingerprints of a job, from the process that planned it; whoever runs the job must find the same.

    source  of the pre-training that it needs or is, if any
    cell    of the evaluation of its cell, or of the transfer of its trial, if it is one
    """

    source: Fingerprint | None = None
    cell: Fingerprint | None = None


NOTHING = Planned()


@dataclass(frozen=True)
class Prepared:
    """A cell with everything that is decided before it runs. It holds no data, which is selected again when it runs.

    artefact    the source model, if the cell needs one
    model       the architecture that learns: that of the artefact, or the one that the plan names
    identity    fingerprint of the transfer
    evaluation  fingerprint of the transfer and its test; None for a trial, which has no test
    scores      of a trial: fingerprint of the transfer and the rules that score its model, if there are some
    """

    cell: PlannedCell
    artefact: Artefact | None
    model: Chosen
    identity: Fingerprint
    evaluation: Fingerprint | None = None
    scores: Fingerprint | None = None

    @property
    def key(self) -> Fingerprint:
        """The fingerprint of all that is done for the cell: two with the same are run once."""
        return self.evaluation or self.scores or self.identity

    @property
    def ids(self) -> Ids:
        """The ids under which the run directory keeps the transfer and the evaluation."""
        own: Ids = {"id": self.identity[:16]}
        return {**own, "evaluation": self.evaluation[:16]} if self.evaluation else own

    @property
    def names(self) -> Names:
        """What identifies the cell in events."""
        return {**self.cell.names, "id": self.identity[:16]}
