"""Whether the probabilities of a cell can be calibrated, and on what."""

from __future__ import annotations

from dataclasses import dataclass

from relxfer.contract.data import Domain
from relxfer.declare.experiment import Chosen


@dataclass(frozen=True)
class Calibrated:
    """What a cell is calibrated by.

    calibrator  None: by nothing
    reason      why the calibrator that the configuration names is not used, as a sentence for the report
    """

    calibrator: Chosen | None = None
    reason: str = ""


NO_CALIBRATION = Calibrated()


def choose(named: Chosen | None, shown: Domain) -> Calibrated:
    """The calibrator of a cell: the configured one, where the strategy sees validation labels that it can be fitted to.

    shown  the target as the strategy sees it
    """
    if named is None:
        return NO_CALIBRATION
    if shown.task.kind not in named.record.tasks:
        kinds = " and ".join(named.record.tasks)
        return Calibrated(None, f"not calibrated by {named.name}, which is for {kinds}: the task is {shown.task.kind}")
    if shown.val is None or not len(shown.val) or shown.val.answers is None:
        return Calibrated(None, f"not calibrated by {named.name}: the strategy sees no validation labels of the target")
    return Calibrated(named)
