"""Loaders of standard photographs on small files laid out like the real ones."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_vision import relxfer_datasets
from relxfer_vision.data.standard import load_photographs

from relxfer.errors import DataError

RNG = np.random.default_rng(2)


def test_nothing_without_a_digest_pretends_to_have_one():
    digests = {card.name: {file.digest for file in card.files} for card in relxfer_datasets()}
    assert {name for name, found in digests.items() if None in found} == {"cats_dogs", "hymenoptera", "cifar10-jpeg"}
    assert digests["cifar10"] == {"sha256:c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}


def test_cats_and_dogs_are_taken_by_their_numbers(paint, tmp_path):
    numbers = {"training": [*range(1, 502), 1000], "test": range(4001, 4252)}
    for part, own in numbers.items():
        for label in ("cat", "dog"):
            for number in own:
                path = tmp_path / part / f"{label}s" / f"{label}.{number}.jpg"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.symlink_to(paint(tmp_path / f"{label}.jpg"))
    domain = load_photographs.load_cats_dogs(None, {part: tmp_path / part for part in numbers})
    assert (len(domain.train), len(domain.test)) == (1000, 500)
    names = set(domain.inputs.names)
    assert {"train/cats/cat.1.jpg", "train/dogs/dog.500.jpg", "test/cats/cat.4250.jpg"} <= names
    assert not {"train/cats/cat.501.jpg", "train/cats/cat.1000.jpg", "test/cats/cat.4251.jpg"} & names


def test_too_few_pictures_are_told(paint, tmp_path):
    paint(tmp_path / "cats" / "cat.1.jpg")
    with pytest.raises(DataError, match="at least 500 pictures of 'cats', got 1"):
        load_photographs.load_cats_dogs(None, {"training": tmp_path, "test": tmp_path})


def test_of_hymenoptera_files_of_other_names_are_left_out(paint, tmp_path):
    for name in ("train/ants/1.jpg", "train/ants/formica.jpeg", "train/bees/2.jpg", "val/ants/3.jpg", "val/bees/4.jpg"):
        paint(tmp_path / name)
    (tmp_path / "train/ants/imageNotFound.gif").write_bytes(b"GIF89a")
    domain = load_photographs.load_hymenoptera(None, {part: tmp_path / part for part in ("train", "val")})
    assert (len(domain.train), domain.val, len(domain.test)) == (2, None, 2)
    assert domain.task.answers == ("ants", "bees")


def test_cifar_records_are_read_back(tmp_path):
    pictures = RNG.integers(0, 256, (6, 20, 32, 32, 3), dtype=np.uint8)
    labels = np.arange(20, dtype=np.uint8) % 10
    files = {}
    for name, part in zip([*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"], pictures, strict=True):
        rows = np.concatenate([labels[:, None], part.transpose(0, 3, 1, 2).reshape(20, -1)], 1)
        files[name] = tmp_path / name
        files[name].write_bytes(rows.tobytes())
    domain = load_photographs.load_cifar10(None, files)
    assert (len(domain.train), len(domain.val), len(domain.test)) == (90, 10, 20)
    assert domain.task.answers[3] == "cat"
    assert np.array_equal(domain.inputs.pixels[domain.test.queries], pictures[5])
    assert np.array_equal(domain.test.answers, labels)
    files["test_batch"].write_bytes(b"x" * 3072)
    with pytest.raises(DataError, match="records of 3,073 bytes"):
        load_photographs.load_cifar10(None, files)


def test_pets_are_listed_by_name(paint, tmp_path):
    for name in ("Abyssinian_1", "great_pyrenees_20", "Abyssinian_2", "great_pyrenees_3"):
        paint(tmp_path / "images" / f"{name}.jpg")
    (tmp_path / "trainval.txt").write_text("# NAME CLASS SPECIES BREED\nAbyssinian_1 1 1 1\ngreat_pyrenees_20 2 2 1\n")
    (tmp_path / "test.txt").write_text("Abyssinian_2 1 1 1\ngreat_pyrenees_3 2 2 1\n")
    domain = load_photographs.load_oxford_iiit_pet(None, {"images": tmp_path / "images", "annotations": tmp_path})
    assert domain.task.answers == ("Abyssinian", "great_pyrenees")
    assert (len(domain.train), len(domain.test)) == (2, 2)
    with pytest.raises(DataError, match="expected a list of pictures"):
        load_photographs.load_oxford_iiit_pet(None, {"images": tmp_path, "annotations": tmp_path / "none"})
