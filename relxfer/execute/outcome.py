"""Outcomes of cells and source stages: cost and selected steps, or the reason of a failure."""

from __future__ import annotations

import re
from typing import Any

from relxfer.errors import Incompatible, PluginError, RelxferError
from relxfer.plan import selection
from relxfer.plan.selection import Selection
from relxfer.plugins import fault
from relxfer.store.entry import Outcome, SelectedSteps
from relxfer.train.meter import Meter
from relxfer.train.stopping import Stopped


def done(sha: str, trainer: Any, chosen: Selection, meter: Meter) -> Outcome:
    """The outcome of a finished training.

    sha      hash of the model
    trainer  its tally has the seconds of training, which add up when a run is resumed
    chosen   how steps were selected
    meter    of the process that finished, stopped
    """
    return {
        "status": "done",
        "sha": sha,
        "seconds": max(meter.seconds, trainer.tally.seconds),
        "cpu_seconds": meter.cpu_seconds,
        "energy_wh": meter.energy_wh,
        "peak_mb": meter.peak_mb,
        "trained_parameters": trainer.tally.trained,
        "diagnostics": _diagnostics(trainer),
        "texts": trainer.tally.logbook.texts,
        "selection": _selected(chosen, trainer),
    }


def refusal(reason: str) -> Outcome:
    """The outcome of a cell that cannot be run."""
    return {"status": "refused", "reason": reason}


def stopped(stop: Stopped) -> Outcome:
    """The outcome of a training that the run asked to stop; a later run goes on with it."""
    return {"status": "stopped", "reason": str(stop)}


def failure(error: BaseException) -> Outcome:
    """The outcome of a cell that raised an error: refused for `Incompatible`, failed otherwise."""
    if isinstance(error, Incompatible):
        return refusal(str(error))
    place = fault.place(error) if _needs_place(error) else ""
    reason = f"{_reason(error)} ({place})" if place else _reason(error)
    return {"status": "failed", "reason": reason, "traceback": fault.full(error)}


def _needs_place(error: BaseException) -> bool:
    """Whether the code of a plugin is at fault: errors that relxfer raises otherwise say themselves what to do."""
    return isinstance(error, PluginError) or not isinstance(error, RelxferError)


def _diagnostics(trainer: Any) -> dict[str, float]:
    """The last value of every number that the strategy logged, in a phase or about the cell as a whole."""
    phases = trainer.tally.phases.values()
    in_phases = {name: value for phase in phases for name, value in phase.diagnostics.items()}
    return in_phases | trainer.tally.logbook.numbers


def _selected(chosen: Selection, trainer: Any) -> SelectedSteps:
    """The rule that selected steps, and the step that it selected in every phase."""
    steps = {phase: progress.best_step for phase, progress in trainer.tally.phases.items()}
    if not steps:
        return {"rule": selection.NOTHING, "steps": {}}
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
