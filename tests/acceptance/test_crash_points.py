"""Killed before any change of the file system, and in the middle of any write, a run ends the same when run again."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("crash.py")
SPEC = importlib.util.spec_from_file_location("crash", SCRIPT)
crash = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(crash)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills need fork and SIGKILL")


def killed(small, folder: Path, at: int) -> bool:
    """Run in a copy of this process that ends at its `at`-th change; False where it was done before."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is no other thread of ours
        process = os.fork()
    if process == 0:
        try:
            crash.Crash(at).install()
            small.run(folder)
        finally:
            os._exit(0)
    status = os.waitpid(process, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def campaign(small, whole: Path, folder: Path, start: int, stride: int) -> int:
    """Kill at every `stride`-th change, each time in a new directory, until a run is through; the number of kills."""
    expected, kills = small.ending(whole), 0
    while killed(small, folder, start + kills * stride):
        kills += 1
        small.run(folder)
        assert small.ending(folder) == expected, f"killed at change {start + (kills - 1) * stride}"
        assert not [path for name in ("phases", ".*.tmp") for path in folder.rglob(name)], "nothing is left over"
        shutil.rmtree(folder)
    return kills


def test_killed_at_some_changes(small, whole, tmp_path):
    assert campaign(small, whole, tmp_path / "run", start=7, stride=31) >= 5


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_killed_at_every_change(small, whole, tmp_path):
    kills = campaign(small, whole, tmp_path / "run", start=1, stride=1)
    print(f"{kills} kills")
    assert kills >= 200


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_killed_again_and_again(small, whole, tmp_path):
    """The run that resumes is killed too, until one is through."""
    rng, folder, kills = random.Random(0), tmp_path / "run", 0
    while kills < 50:
        while killed(small, folder, rng.randrange(1, 120)):
            kills += 1
        assert small.ending(folder) == small.ending(whole)
        shutil.rmtree(folder)


# ---------------------------------------------------------------------- local processes


def script(folder: Path, at: int, who: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(SCRIPT), str(folder), str(at), who]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 1, -signal.SIGKILL), done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.timeout(600)
def test_a_worker_killed_once_does_no_harm(small, tmp_path):
    done = script(tmp_path / "run", 20, "worker")
    assert (tmp_path / "run.struck").exists()
    assert "a worker process died (killed, or out of memory)" in done.stderr
    assert "is tried again, alone" in done.stderr
    assert done.returncode == 0
    small.run(tmp_path / "serial", **crash.CONFIG | {"executor": "serial"})
    assert small.ending(tmp_path / "run") == small.ending(tmp_path / "serial")


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_processes_killed_at_many_changes(small, tmp_path):
    assert script(tmp_path / "whole", 0, "nobody").returncode == 0
    expected, kills = small.ending(tmp_path / "whole"), 0
    for number, change in enumerate(range(3, 93, 3)):
        who, broken = ("run", "worker", "workers")[number % 3], tmp_path / f"broken-{number}"
        script(broken, change, who)
        kills += who != "worker" or Path(f"{broken}.struck").exists()
        assert script(broken, 0, "nobody").returncode == 0
        assert small.ending(broken) == expected, (who, change)
    assert kills >= 20
