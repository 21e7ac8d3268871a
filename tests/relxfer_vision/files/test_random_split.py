"""The split for which none is given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from relxfer_vision.data.user_files import load
from relxfer_vision.options import ImageFiles

from relxfer.errors import DataError

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


def test_a_folder_for_each_class_is_split_by_seed(folder):
    domain = loaded(path=folder)
    assert domain.name == "pets"
    assert domain.task.answers == ("cat", "dog")
    assert np.bincount(domain.train.answers).tolist() == [8, 8]
    assert np.bincount(domain.test.answers).tolist() == [2, 2]
    assert not set(domain.train.queries) & set(domain.test.queries)
    assert domain.notes == (
        "pictures: cat 10, dog 10",
        "split here: 20% of every class, 4 pictures, are the test (seed 0)",
    )
    assert domain.name_queries(domain.train.queries[:1]) == {"file": ["cat/cat1.jpg"]}
    assert loaded(path=folder, split_seed=1).test.digest() != domain.test.digest()
    assert loaded(path=folder).test.digest() == domain.test.digest()


def test_a_class_of_one_picture_cannot_be_split(folder):
    paint(folder / "bird" / "1.png")
    assert "at least two pictures of 'bird'" in fails(path=folder)
