"""The split for which none is given."""

from __future__ import annotations

import numpy as np


def test_a_folder_for_each_class_is_split_by_seed(loaded, folder):
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


def test_a_class_of_one_picture_cannot_be_split(paint, fails, folder):
    paint(folder / "bird" / "1.png")
    assert "at least two pictures of 'bird'" in fails(path=folder)
