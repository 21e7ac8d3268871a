"""One process or four, the weights and the numbers are the same."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

TINY = {"dim": 8, "relation_layers": 2, "entity_layers": 2}
CHANGES = (
    "threads=1",
    "seeds=2",
    *(f"{side}.model.{key}={value}" for side in ("source", "target") for key, value in TINY.items()),
)


def timed(example: Path, out: Path, jobs: int, changes: tuple[str, ...]) -> float:
    """Run, and return the wall time in seconds."""
    sets = [part for change in changes for part in ("--set", change)]
    command = [sys.executable, "-m", "relxfer", "run", str(example), "--out", str(out), "--jobs", str(jobs), "-q"]
    start = time.perf_counter()
    done = subprocess.run([*command, *sets], capture_output=True, text=True, cwd=out.parent, timeout=1500)
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - start


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_one_process_or_four(root, small, tmp_path):
    example = root / "examples" / "kg_transfer.toml"
    alone, together = (timed(example, tmp_path / f"{jobs}", jobs, CHANGES) for jobs in (1, 4))
    print(f"1 process {alone:.1f} s, 4 processes {together:.1f} s")
    assert small.ending(tmp_path / "1") == small.ending(tmp_path / "4")
