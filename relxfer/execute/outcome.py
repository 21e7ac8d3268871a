"""How a cell or a source stage ended: with what cost, by which selection, or why not."""

from __future__ import annotations

import re
import traceback
from typing import Any

from relxfer.errors import Incompatible, RelxferError
from relxfer.plan import selection
from relxfer.plan.selection import Selection
from relxfer.store.entry import Outcome, SelectedSteps
from relxfer.train.machine import PeakMemory


def done(sha: str, trainer: Any, chosen: Selection, peak: PeakMemory, seconds: float) -> Outcome:
    """The outcome of what was trained: `sha` of its model, its cost, and the steps that were selected.

    Seconds of training add up over resumes; `seconds` and `peak` are of the process that finished.
    """
    return {
        "status": "done",
        "sha": sha,
        "seconds": max(seconds, trainer.tally.seconds),
        "peak_mb": peak.megabytes(),
        "trained_parameters": trainer.tally.trained,
        "diagnostics": _diagnostics(trainer),
        "selection": _selected(chosen, trainer),
    }


def refusal(reason: str) -> Outcome:
    """The outcome of what cannot be run."""
    return {"status": "refused", "reason": reason}


def failure(error: BaseException) -> Outcome:
    """The outcome of a cell that raised: refused where things do not fit, failed otherwise."""
    if isinstance(error, Incompatible):
        return refusal(str(error))
    return {"status": "failed", "reason": _reason(error), "traceback": traceback.format_exc()}


def _diagnostics(trainer: Any) -> dict[str, float]:
    """What the strategy logged, as it was last."""
    phases = trainer.tally.phases.values()
    return {name: value for phase in phases for name, value in phase.diagnostics.items()}


def _selected(chosen: Selection, trainer: Any) -> SelectedSteps:
    """The rule that was at work, and the step it took in every phase."""
    steps = {phase: progress.best_step for phase, progress in trainer.tally.phases.items()}
    if not steps:
        return {"rule": "nothing to select", "steps": {}}
    return {"rule": chosen.rule if max(steps.values()) >= 0 else selection.LAST_STEP, "steps": steps}


def _reason(error: BaseException) -> str:
    if isinstance(error, RelxferError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        remedy = "Free some space or correct the permissions, then run again."
        return f"Cannot use {error.filename}: {error.strerror}. {remedy}"
    words = f"{type(error).__name__}: {error}"
    # torch raises RuntimeError on the CPU, and a subclass of it on a GPU
    if isinstance(error, MemoryError) or re.search(r"can't allocate memory|out of memory", words):
        return f"out of memory ({words.splitlines()[0]}); lower training.batch_size, or run fewer jobs at a time"
    return words
