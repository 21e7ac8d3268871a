"""How a cell ended: in words that say what to do, and with what it cost."""

from __future__ import annotations

import errno
from types import SimpleNamespace

import pytest

from relxfer.errors import DataError, Incompatible, PluginError, TrainingDiverged
from relxfer.execute import outcome
from relxfer.plan.selection import LAST_STEP, Selection
from relxfer.train.logbook import Logbook


def trainer(**phases):
    made = {name: SimpleNamespace(**{"best_step": -1, "diagnostics": {}, **of}) for name, of in phases.items()}
    tally = SimpleNamespace(seconds=7.0, trained=12, phases=made, logbook=Logbook({"layers": 3.0, "kind": "deep"}))
    return SimpleNamespace(tally=tally)


def done(made, seconds=3.0, chosen=None):
    meter = SimpleNamespace(seconds=seconds, cpu_seconds=2.5, energy_wh=None, peak_mb=512.0)
    return outcome.done("sha", made, chosen or Selection(), meter)


def test_seconds_add_up_over_resumes():
    found = done(trainer())
    assert (found["status"], found["sha"], found["seconds"], found["peak_mb"]) == ("done", "sha", 7.0, 512.0)
    assert done(trainer(), seconds=9.0)["seconds"] == 9.0
    assert (found["cpu_seconds"], found["energy_wh"]) == (2.5, None)


def test_what_was_logged_last_is_told_by_name():
    first = {"best_step": 3, "diagnostics": {"loss": 2.0, "norm": 1.0}}
    found = done(trainer(**{"fit-0": first, "fit-1": {"best_step": 4, "diagnostics": {"loss": 1.0}}}))
    assert found["diagnostics"] == {"loss": 1.0, "norm": 1.0, "layers": 3.0}
    assert found["texts"] == {"kind": "deep"}
    assert found["selection"]["steps"] == {"fit-0": 3, "fit-1": 4}


def test_the_rule_that_selected():
    chosen = Selection(SimpleNamespace(name="target-val"))
    assert done(trainer(), chosen=chosen)["selection"] == {"rule": "nothing to select", "steps": {}}
    assert done(trainer(fit={"best_step": 3}), chosen=chosen)["selection"]["rule"] == "target-val"
    assert done(trainer(fit={"best_step": -1}), chosen=chosen)["selection"]["rule"] == LAST_STEP


def test_what_does_not_fit_is_refused_and_the_rest_has_failed():
    refused = outcome.failure(Incompatible("a head", "none", "add one"))
    assert refused == outcome.refusal("expected a head, got none; add one")
    try:
        raise DataError("no such table")
    except DataError as error:
        failed = outcome.failure(error)
    assert (failed["status"], failed["reason"]) == ("failed", "no such table")
    assert failed["traceback"].endswith("DataError: no such table\n")


def test_the_reason_ends_with_the_line_of_the_plugin_where_the_plugin_is_at_fault():
    def raised(error):
        try:
            raise error
        except Exception as caught:
            return outcome.failure(caught)["reason"]

    assert raised(KeyError("head")).startswith("KeyError: 'head' (tests/execute/test_outcome.py:")
    assert raised(PluginError("expected a loss")).startswith("expected a loss (tests/execute/test_outcome.py:")
    assert raised(TrainingDiverged("expected a finite loss; lower training.lr")).endswith("lower training.lr")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ZeroDivisionError("by me"), "ZeroDivisionError: by me"),
        (MemoryError("64 GB"), "lower training.batch_size, or run fewer jobs at a time"),
        (RuntimeError("CUDA out of memory. Tried to allocate"), "lower training.batch_size"),
        (RuntimeError("[enforce fail] can't allocate memory"), "lower training.batch_size"),
        (OSError(errno.ENOSPC, "No space left on device", "x.json"), "x.json"),
    ],
)
def test_reasons_say_what_to_do(error, reason):
    assert reason in outcome.failure(error)["reason"]
