"""The user's pictures by splits."""

from __future__ import annotations

import numpy as np


def test_folders_of_parts_stay_as_given(paint, loaded, folder, tmp_path):
    for part, count in (("train", 6), ("valid", 2), ("test", 2)):
        for label in ("cat", "dog"):
            for i in range(count):
                paint(tmp_path / "parts" / part / label / f"{i}.png")
    domain = loaded(path=tmp_path / "parts")
    assert [len(getattr(domain, part)) for part in ("train", "val", "test")] == [12, 4, 4]
    assert domain.notes == ("train: cat 6, dog 6", "val: cat 2, dog 2", "test: cat 2, dog 2")


def test_without_a_test_the_validation_pictures_are_it(paint, loaded, tmp_path):
    for part in ("train", "val"):
        for label in ("ants", "bees"):
            paint(tmp_path / part / label / "1.png")
    domain = loaded(path=tmp_path)
    assert domain.val is None
    assert len(domain.test) == 2
    assert "the validation pictures are the test, since there are no others" in domain.notes


def test_parts_by_their_own_paths(paint, loaded, folder, tmp_path):
    for label in ("cat", "dog"):
        paint(tmp_path / "other" / label / "1.png")
    domain = loaded(train=folder, test=tmp_path / "other")
    assert (len(domain.train), domain.val, len(domain.test)) == (20, None, 2)
    assert domain.name == "pets"
    alone = loaded(test=folder, classes=["bird", "cat", "dog"])
    assert alone.train is None
    assert alone.test.answers.min() == 1
    assert len(alone.unlabelled) == len(alone.test), "the pictures of the test are seen, without their labels"


def test_arrays_for_validation_alone_are_told(fails, tmp_path):
    np.savez(tmp_path / "a.npz", val_images=np.zeros((2, 4, 4), np.uint8), val_labels=np.arange(2))
    assert "expected pictures to train on or a test, got val alone; add some" in fails(path=tmp_path / "a.npz")
