"""What a process is told of its machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from relxfer.train import machine


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_the_peak_grows_with_what_is_held_and_starts_anew():
    first = machine.PeakMemory()
    before = first.megabytes()
    held = bytearray(os.urandom(1)) * (64 * 2**20)
    assert first.megabytes() >= before + 60
    peak = first.megabytes()
    del held
    assert machine.PeakMemory().megabytes() < peak - 30


def test_without_proc_the_system_is_asked_otherwise(monkeypatch):
    def absent(*_, **__):
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", absent)
    monkeypatch.setattr(Path, "write_text", absent)
    assert machine.PeakMemory().megabytes() > 1
    assert isinstance(machine.processor(), str)


def test_only_cores_that_this_process_may_use_are_counted():
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("needs affinities")
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert machine.cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert machine.cores() == len(allowed)
