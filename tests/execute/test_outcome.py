"""How a cell ended, in words."""

from __future__ import annotations

import errno
from types import SimpleNamespace

import pytest

from relxfer.errors import Incompatible, TimedOut
from relxfer.execute import outcome
from relxfer.plan.selection import Selection
from relxfer.train.machine import PeakMemory

FULL = OSError(errno.ENOSPC, "No space left on device", "/there/model.safetensors")


def raised(error):
    try:
        raise error
    except BaseException as caught:
        return outcome.failure(caught)


def test_what_does_not_fit_is_refused_and_keeps_no_traceback():
    assert raised(Incompatible("a", "b", "do c")) == {"status": "refused", "reason": "expected a, got b; do c"}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TimedOut("expected to be done"), "expected to be done"),
        (FULL, "expected to use /there/model.safetensors, got: No space left on device; free space or permissions"),
        (MemoryError(), "out of memory (MemoryError: ); lower training.batch_size"),
        (
            RuntimeError("[enforce fail] can't allocate memory: you tried\nmore"),
            "out of memory (RuntimeError: [enforce",
        ),
        (ValueError("its own"), "ValueError: its own"),
        (SystemExit(3), "SystemExit: 3"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_says_why_and_keeps_its_traceback(error, reason):
    found = raised(error)
    assert found["status"] == "failed"
    assert found["reason"].startswith(reason)
    assert "in raised" in found["traceback"]


def trainer(phases, seconds=2.0):
    return SimpleNamespace(tally=SimpleNamespace(seconds=seconds, trained=7, phases=phases))


def test_seconds_of_training_add_up_over_resumes():
    phases = {"fit-0": {"best_step": 4, "diagnostics": {"gap": 0.5}}}
    found = outcome.done("sha", trainer(phases), Selection(), PeakMemory(), 1.0)
    assert (found["seconds"], found["trained_parameters"], found["diagnostics"]) == (2.0, 7, {"gap": 0.5})
    assert outcome.done("sha", trainer(phases), Selection(), PeakMemory(), 3.0)["seconds"] == 3.0


@pytest.mark.parametrize(
    ("phases", "rule"),
    [({}, "nothing to select"), ({"fit-0": {"best_step": -1}}, "last-step"), ({"fit-0": {"best_step": 4}}, "my-rule")],
)
def test_the_rule_that_selected_is_the_one_that_was_at_work(phases, rule):
    chosen = Selection(SimpleNamespace(name="my-rule"))
    found = outcome.done("sha", trainer(phases), chosen, PeakMemory(), 1.0)["selection"]
    assert found == {"rule": rule, "steps": {name: phase["best_step"] for name, phase in phases.items()}}
