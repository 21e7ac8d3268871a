"""More threads or processes than cores: told once, and not used."""

from __future__ import annotations

import json
import tomllib

import pytest
import torch

import relxfer
from relxfer.execute import executors
from relxfer.execute.executors import Processes, ProcessOptions
from relxfer.train import machine


@pytest.fixture
def two_cores(monkeypatch):
    for module in (executors, machine):
        monkeypatch.setattr(module, "cores", lambda: 2)
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
        "report": {"baselines": False, "resamples": 200},
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


def test_more_processes_than_cores(two_cores):
    with pytest.warns(RuntimeWarning, match="jobs = 8 on 2 cores: 2 run at a time"):
        assert Processes(ProcessOptions(jobs=8)).width == 2
    assert Processes(ProcessOptions(jobs=2)).width == 2
