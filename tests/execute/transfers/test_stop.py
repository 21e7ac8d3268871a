"""Asking whether to stop, beside what the run says."""

from __future__ import annotations

import math

import pytest

from relxfer.execute.transfers.stop import stopping
from relxfer.store.entry import Point

EPOCH = {"phase": "fit-0", "step": 2, "steps": 4, "values": {"loss": math.nan, "validation": 0.5}}


def emits(wanted):
    return lambda kind, **values: kind == "epoch" and wanted


def test_without_a_stop_only_the_run_decides():
    emit = emits(True)
    assert stopping(emit, None) is emit


@pytest.mark.parametrize(("run", "stop", "expected"), [(0, 0, 0), (1, 0, 1), (0, 1, 1)])
def test_either_may_stop(run, stop, expected):
    asked = []
    emit = stopping(emits(bool(run)), lambda point: asked.append(point) or bool(stop))
    assert emit("epoch", **EPOCH) is bool(expected)
    assert asked == [Point("fit-0", 2, {"loss": None, "validation": 0.5})]


def test_steps_and_the_last_point_are_not_asked_about():
    emit = stopping(emits(False), lambda point: True)
    assert emit("step", step=1, steps=4, loss=0.5) is False
    assert emit("epoch", **(EPOCH | {"step": 4})) is False
