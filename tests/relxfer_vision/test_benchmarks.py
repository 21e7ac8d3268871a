"""The benchmark of convolutional networks runs; what it measures is not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("side", ["plain", "engine"])
def test_both_sides_are_measured(root: Path, side: str):
    command = [sys.executable, root / "benchmarks/cnn_speed.py", "--side", side, "--steps", "1", "--batch", "2"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["user"] > 0
    assert found["peak_mb"] > 100
