"""Wherever cells run: equal results, although the run is ended by SIGTERM and a worker is killed."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from relxfer.testing import blobs

CONFIG = """
seeds = 4
threads = 1
device = "cpu"
target = { dataset = "blobs-target" }
training = { steps = 30, batch_size = 8, validations = 2, checkpoint_seconds = 1e6 }
strategy = [{ use = "fragile" }]
report = { baselines = false }
"""
#: Executor -> the library that it needs, and its options.
EXECUTORS = {
    "serial": (None, "{use = 'serial'}"),
    "processes": (None, "{use = 'processes', jobs = 2}"),
    "joblib": ("joblib", "{use = 'joblib', jobs = 2}"),
    "ray": ("ray", "{use = 'ray', jobs = 2}"),
    "slurm": ("submitit", "{use = 'slurm', jobs = 2, cluster = 'local', folder = 'submitted'}"),
    "ray-collected": ("ray", "{use = 'ray', jobs = 2, collect = true}"),
}
#: Those of other libraries take minutes on a busy machine: pytest -m "extra and slow" runs them.
OTHERS = [pytest.mark.extra, pytest.mark.slow]
PARAMETERS = [pytest.param(name, marks=OTHERS if EXECUTORS[name][0] else []) for name in EXECUTORS]
#: What differs between two runs that have equal results.
TIMES = ("seconds", "cpu_seconds", "energy_wh", "evaluation_seconds", "peak_mb", "cost")


def started(folder: Path, name: str, **environment: str) -> subprocess.Popen:
    (folder / "cells.toml").write_text(CONFIG)
    plugins = [blobs.__file__, str(Path(__file__).with_name("fragile.py"))]
    command = [sys.executable, "-m", "relxfer", "run", "cells.toml", "-q", "--out", name]
    command += [part for plugin in plugins for part in ("--plugin", plugin)]
    command += ["--set", f"executor={EXECUTORS[name][1]}"]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, text=True, **pipes)


def finished(run: subprocess.Popen) -> str:
    _, said = run.communicate(timeout=500)
    assert run.returncode == 0, said
    return said


def told(folder: Path) -> list[dict]:
    """The cells and rows of a run, without what they took."""
    results = json.loads((folder / "results.json").read_text())
    return [{k: v for k, v in each.items() if k not in TIMES} for each in (*results["cells"], *results["rows"])]


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The results of a serial run that nothing disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed")
    finished(started(folder, "serial"))
    return told(folder / "serial")


def is_training(out: Path) -> bool:
    return any(path.stat().st_size for path in out.glob("cells/*/trace.jsonl"))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", PARAMETERS)
def test_ended_by_sigterm_then_with_a_worker_killed(tmp_path, expected, name):
    library, _ = EXECUTORS[name]
    if library and importlib.util.find_spec(library) is None:
        pytest.skip(f"needs {library}")
    run = started(tmp_path, name)
    collected = name == "ray-collected"
    while not collected and not is_training(tmp_path / name):
        assert run.poll() is None, run.stderr.read()
        time.sleep(0.05)
    if not collected:  # whose checkpoints stay where the cells run
        time.sleep(0.3)
        run.send_signal(signal.SIGTERM)
        _, said = run.communicate(timeout=100)
        assert run.returncode == 143, said
        assert "Ended by SIGTERM" in said
        assert list(tmp_path.glob(f"{name}/cells/*/phases/*")), "nothing but SIGTERM makes a checkpoint here"
        killer = {} if name == "serial" else {"FRAGILE": str(tmp_path / "killed")}
        run = started(tmp_path, name, **killer)
    said = finished(run)
    if not collected and name != "serial":
        assert "is tried again" in said or name == "joblib", "which does the jobs of the others again by itself"
        assert (tmp_path / "killed").exists()
    assert told(tmp_path / name) == expected
