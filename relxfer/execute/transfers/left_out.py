"""Labels that were left out in turn: what calibrates and scores a model that has learnt its validation labels too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.strategies import LeftOut
from relxfer.declare.experiment import Chosen
from relxfer.plan.calibration import Calibrated
from relxfer.plan.selection import Selection, Shown
from relxfer.store import files

_LEARNT = "not calibrated: the strategy learns from validation labels too"


def calibrated(shown: Shown, stages: Sequence[Chosen], left: Mapping[str, LeftOut]) -> Calibrated:
    """By what a cell is calibrated, on labels that its model has not learnt.

    stages  of its strategy
    left    what they left out, by the prefix of their trainer
    """
    of = shown.calibrated
    if of.val is None or shown.target.val is None or not learns(stages):
        return of
    told = _of_last(stages, left)
    return Calibrated(None, _LEARNT) if told is None else replace(of, val=told.examples, scores=told.scores)


def learns(stages: Sequence[Chosen]) -> bool:
    """Whether a stage learns from validation labels."""
    return any(getattr(stage.build(), "learns_validation", False) for stage in stages)


def _of_last(stages: Sequence[Chosen], left: Mapping[str, LeftOut]) -> LeftOut | None:
    """What the last stage left out; None where an earlier one has learnt these labels, so that they are not new."""
    return None if learns(stages[:-1]) else left.get("" if len(stages) == 1 else f"{len(stages) - 1}.")


def score(stages: Sequence[Chosen], left: Mapping[str, LeftOut], selection: Selection) -> float | None:
    """The score that a rule gives to the validation labels when they are left out; None where it asks for more."""
    told, select = _of_last(stages, left), selection.selector()
    if told is None or select is None or not judges_labels(selection):
        return None
    recalled: Any = _Recalled(told)
    try:
        made = select(recalled)
    except (AttributeError, LookupError):  # it asks for features, or about what was not left out
        return None
    return None if made is None or not np.isfinite(made) else float(made)


def judges_labels(selection: Selection) -> bool:
    """Whether a rule scores answers to labels of the target."""
    return selection.validator is not None and "target-labels" in selection.validator.record.needs


def score_file(folder: Path, sha: str, selection: Selection) -> Path:
    """Where the score by a rule is kept, beside the model with this hash."""
    return folder / f"validation-{files.fingerprint([sha, selection.card()])[:16]}.json"


@dataclass(frozen=True)
class _Recalled:
    """Answers what was left out, as it was answered then."""

    told: LeftOut

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        rows = {query.tobytes(): row for row, query in enumerate(np.asarray(self.told.examples.queries, np.int64))}
        yield self.told.scores[[rows[query.tobytes()] for query in np.asarray(examples.queries, np.int64)]]
