"""What a process is told of its machine; more threads than cores are told once, and not used."""

from __future__ import annotations

import json
import mmap
import os
import tomllib
from pathlib import Path

import pytest
import torch

import relxfer
from relxfer.train import machine


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_the_peak_grows_with_what_is_held_and_starts_anew():
    first = machine.PeakMemory()
    before = first.megabytes()
    with mmap.mmap(-1, 64 * 2**20) as held:  # a freed block of malloc may stay in the heap of a process in use
        held.write(bytes([1]) * len(held))
        assert first.megabytes() >= before + 60
        peak = first.megabytes()
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


@pytest.fixture
def two_cores(monkeypatch):
    monkeypatch.setattr(machine, "cores", lambda: 2)
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def config(threads: int) -> dict:
    return {
        "seeds": 1,
        "threads": threads,
        "device": "cpu",
        "source": {"datasets": ["karate-club"], "model": "gcn", "training": {"steps": 1}},
        "target": {"dataset": "karate-club", "adapter": {"use": "networks", "features": ["structure"]}},
        "strategy": {"use": "zero-shot"},
        "report": {"baselines": False},
    }


def test_more_threads_than_cores(two_cores, tmp_path):
    with pytest.warns(RuntimeWarning) as told:
        assert not relxfer.run(config(64), tmp_path / "run").failed
    assert [str(one.message) for one in told if one.category is RuntimeWarning] == [
        "threads = 64 on 2 cores: 2 are used"
    ]
    assert torch.get_num_threads() == 2
    assert json.loads((tmp_path / "run" / "provenance.json").read_bytes())["threads"] == 2
    assert tomllib.loads((tmp_path / "run" / "config.toml").read_text())["threads"] == 64


def test_as_many_threads_as_cores_are_not_told(two_cores, tmp_path):
    assert not relxfer.run(config(2), tmp_path / "run").failed
