"""The benchmarks of pictures run; what they measure is not judged here."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.mark.parametrize("side", ["plain", "engine"])
def test_both_sides_are_measured(root: Path, side: str):
    command = [sys.executable, root / "benchmarks/cnn_speed.py", "--side", side, "--steps", "1", "--batch", "2"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["user"] > 0
    assert found["peak_mb"] > 100


def test_patches_of_the_test_are_not_of_the_half_to_train_on(root: Path, tmp_path: Path):
    script = runpy.run_path(str(root / "benchmarks/few_photographs.py"))
    for name in script["TEXTURES"]:
        halves = np.concatenate([np.full((128, 64), 10, np.uint8), np.full((128, 64), 200, np.uint8)], 1)
        Image.fromarray(halves).save(tmp_path / f"{name}.png")
    script["patches"](tmp_path, tmp_path / "made")
    for split, value in (("train", 10), ("test", 200)):
        found = [np.asarray(Image.open(path)) for path in (tmp_path / "made" / split).rglob("*.png")]
        assert len(found) == 2 * len(script["TEXTURES"])
        assert all((pixels == value).all() for pixels in found)


def test_a_row_is_shown_with_its_difference(root: Path):
    shown = runpy.run_path(str(root / "benchmarks/few_photographs.py"))["shown"]
    row = {"set": "textures", "labels_per_class": 10, "row": "finetune", "accuracy": 0.5, "low": 0.4, "high": 0.6}
    row |= {"cpu_seconds": 12.3, "difference": 0.1, "difference_low": -0.05, "difference_high": 0.25}
    assert "| 0.500 [0.400, 0.600] | +0.100 [-0.050, +0.250] | 12 |" in shown([row])
