"""By what the probabilities of a cell are calibrated, and on which labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from relxfer.contract.data import Domain, Examples
from relxfer.contract.records import Calibrator
from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.declare.schema import NONE
from relxfer.plugins.finder import Plugins

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Calibrated:
    """What a cell is calibrated by.

    calibrator  None: by nothing
    reason      why there is none, where that is worth saying, as a sentence for the report
    val         the validation labels that probabilities are calibrated on, and sets of answers; None: there are none
    known       the examples whose answers do not compete with those of `val`
    scores      [n, C]: of `val`, by models that have not learnt it; None: the trained model has not
    """

    calibrator: Chosen | None = None
    reason: str = ""
    val: Examples | None = field(default=None, compare=False)
    known: tuple[Examples, ...] = field(default=(), compare=False)
    scores: np.ndarray | None = field(default=None, compare=False)


NO_CALIBRATION = Calibrated()


def choose(named: Chosen | None, asked: str, plugins: Plugins, shown: Domain, whole: Domain | None) -> Calibrated:
    """The calibrator of a cell, where there are validation labels of the target that it can be fitted to.

    These are the labels that the strategy sees. Where inputs hold answers themselves, as a graph does, whoever asks has
    answers whatever the strategy sees; then they are those of the data set.

    named    the calibrator that the configuration names; None: as `asked` says
    asked    the name in the configuration: of a calibrator, "auto" for the first that is for the task, or "none"
    shown    the target as the strategy sees it
    whole    the target with all its labels but the test, where its inputs hold answers
    """
    if asked == NONE:
        return NO_CALIBRATION
    kind = shown.task.kind
    if named is not None and kind not in named.record.tasks:
        kinds = " and ".join(named.record.tasks)
        return Calibrated(None, f"not calibrated by {named.name}, which is for {kinds}: the task is {kind}")
    labelled = shown if _labels(shown) or whole is None else whole
    if not _labels(labelled):
        why = f"not calibrated by {named.name}: the strategy sees no validation labels of the target" if named else ""
        return Calibrated(None, why)
    known = tuple(labelled.known()) if labelled.task.open else ()
    return Calibrated(named or _automatic(plugins, kind), "", labelled.val, known)


def _labels(domain: Domain) -> bool:
    return domain.val is not None and len(domain.val) > 0 and domain.val.answers is not None


def _automatic(plugins: Plugins, kind: str) -> Chosen | None:
    """The automatic calibrator of a kind of task; None if there is none."""
    offers = [(offer, offer.record) for offer in plugins.all(Calibrator.kind)]
    fitting = [(r.automatic, o) for o, r in offers if isinstance(r, Calibrator) and r.automatic and kind in r.tasks]
    chosen: Sequence[Chosen] = [Chosen(o, options_model(o)()) for _, o in sorted(fitting, key=lambda each: each[0])]
    return chosen[0] if chosen else None
