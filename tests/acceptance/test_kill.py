"""Killed at any moment, nothing is lost: the weights are those of the uninterrupted run, bit for bit."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TINY = tuple(f"{side}.model.{key}" for side in ("source", "target") for key in ("dim=8", "entity_layers=2"))
SMALL = ("seeds=2", "source.training.steps=12", "training.steps=8", 'target.label_budgets=[10, "all"]')

OFTEN = ("training.checkpoint_seconds=0", "source.training.checkpoint_seconds=0")


def command(root: Path, out: Path, changes: tuple[str, ...]) -> list[str]:
    sets = [part for change in (*changes, *OFTEN) for part in ("--set", change)]
    example = root / "examples" / "kg_transfer.toml"
    return [sys.executable, "-m", "relxfer", "run", str(example), "--out", str(out), "-q", *sets]


def out_of(arguments: list[str]) -> Path:
    """The run directory; commands start beside it, so that the installed engine runs and not the checkout's."""
    return Path(arguments[arguments.index("--out") + 1])


def weights(out: Path) -> dict[str, str]:
    """Folder of the artefact -> sha of its weights."""
    outcomes = sorted(out.glob("*/*/outcome.json"))
    return {str(path.parent.relative_to(out)): json.loads(path.read_text())["sha"] for path in outcomes}


def finish(arguments: list[str]) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=1500, cwd=out_of(arguments).parent)
    assert done.returncode == 0, done.stderr


def kill_somewhen(arguments: list[str], seconds: float) -> bool:
    """Start, wait, kill -9; False where it was done before."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(arguments, cwd=out_of(arguments).parent, **quiet)
    try:
        process.wait(seconds)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(0.3)  # its workers see that it is gone
        return True


def campaign(root: Path, tmp_path: Path, changes: tuple[str, ...], kills: int, longest: float) -> int:
    finish(command(root, tmp_path / "whole", changes))
    expected = weights(tmp_path / "whole")
    rng, broken, killed = random.Random(0), 0, 0
    while killed < kills:
        out = tmp_path / f"broken-{broken}"
        while killed < kills and kill_somewhen(command(root, out, changes), rng.uniform(0.5, longest)):
            killed += 1
        finish(command(root, out, changes))
        assert weights(out) == expected
        broken += 1
    return len(expected)


@pytest.mark.timeout(900)
def test_killed_at_random_moments(root, tmp_path):
    changes = (*SMALL, *TINY, "seeds=1", "threads=1", 'executor="serial"')
    assert campaign(root, tmp_path, changes, kills=3, longest=7) >= 5


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("executor", ['"serial"', '{use = "processes", jobs = 2}'])
def test_killed_at_many_random_moments(root, tmp_path, executor):
    """A tiny model that is saved after every step, so that most of a run's time is between, before and in saves."""
    longest = float(os.environ.get("RELXFER_KILL_SECONDS", "20"))
    changes = (*SMALL, *TINY, f"executor={executor}")
    assert campaign(root, tmp_path, changes, kills=15, longest=longest) >= 5
