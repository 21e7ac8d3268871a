"""The adapter of pictures: what it counts, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from relxfer_vision.adapter import ImageAdapter
from relxfer_vision.data.user_files import load
from relxfer_vision.options import ImageFiles, ImageOptions

RNG = np.random.default_rng(0)


def paint(path: Path, mode: str = "RGB", size=(12, 10)) -> Path:
    """A picture of noise, no two alike."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = RNG.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).convert(mode).save(path)
    return path


@pytest.fixture
def folder(tmp_path):
    """Ten pictures of each of two classes."""
    for label in ("cat", "dog"):
        for i in range(10):
            paint(tmp_path / "pets" / label / f"{label}{i}.jpg")
    return tmp_path / "pets"


def options(**table) -> ImageFiles:
    return ImageFiles.model_validate(table, context={"folder": Path.cwd()})


def loaded(**table):
    return load(options(**table), {})


def test_files_that_stand_in_test_and_training_are_counted(folder, tmp_path):
    for label in ("cat", "dog"):
        (tmp_path / "other" / label).mkdir(parents=True)
        (tmp_path / "other" / label / "new.jpg").write_bytes((folder / label / f"{label}0.jpg").read_bytes())
    domain = loaded(train=folder, test=tmp_path / "other")
    assert ImageAdapter(ImageOptions()).audit(domain) == {"test pictures": 2, "also in training": 2}
