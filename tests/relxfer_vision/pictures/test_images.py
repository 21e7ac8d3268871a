"""Pictures as inputs: what was hashed is what is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from relxfer_vision.data.user_files import load
from relxfer_vision.options import ImageFiles
from relxfer_vision.pictures.geometry import Geometry

from relxfer.errors import Changed, DataError

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


def fails(**table) -> str:
    with pytest.raises(DataError) as caught:
        loaded(**table)
    return str(caught.value)


def test_a_picture_that_changes_after_it_was_hashed_is_no_input(folder):
    images, geometry = loaded(path=folder).inputs, Geometry(8, 3, "pad")
    row = next(i for i, path in enumerate(images.paths) if path.name == "cat3.jpg")
    paint(folder / "cat" / "cat3.jpg")
    with pytest.raises(Changed, match=r"got another picture .*cat3.jpg: changed while the run went on; run again"):
        images.fitted(np.array([row]), geometry)
    assert loaded(path=folder).inputs.sha != images.sha


def test_a_link_that_leads_nowhere_is_told(folder):
    (folder / "cat" / "moved.png").symlink_to(folder / "gone.png")
    assert "moved.png, got: No such file or directory" in fails(path=folder)
