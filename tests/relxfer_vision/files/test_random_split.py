"""The split for which none is given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_vision.files.random_split import RandomSplit

from relxfer.errors import DataError


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
    assert domain.name_queries(np.array([0])) == {"file": ["cat/cat0.jpg"]}
    assert loaded(path=folder, split_seed=1).test.digest() != domain.test.digest()
    assert loaded(path=folder).test.digest() == domain.test.digest()


def test_a_class_of_one_picture_cannot_be_split(paint, fails, folder):
    paint(folder / "bird" / "1.png")
    assert "at least two pictures of 'bird'" in fails(path=folder)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 8)), min_size=6, max_size=40), st.integers(0, 5))
def test_groups_are_whole_and_every_class_that_can_be_is_on_both_sides(pairs, seed):
    labels, groups = (np.array(column) for column in zip(*pairs, strict=True))
    labels = np.unique(labels, return_inverse=True)[1]
    names = [str(number) for number in range(labels.max() + 1)]
    try:
        train, test = RandomSplit(0.3, seed).of(labels, names, groups)
    except DataError:
        assert any(len(set(groups[labels == number])) == 1 for number in set(labels))
        return
    assert sorted([*train, *test]) == list(range(len(labels)))
    assert not set(groups[train]) & set(groups[test])
    assert set(labels[train]) == set(labels)


def test_equal_pictures_alone_are_no_test():
    with pytest.raises(DataError, match="two pictures of 'cat', one for the test, got 3 that are equal or of one"):
        RandomSplit().of(np.array([0, 0, 0, 1, 1]), ("cat", "dog"), np.array([0, 0, 0, 1, 2]))
    with pytest.raises(DataError, match="at least two pictures with answers"):
        RandomSplit().of_all(np.zeros(3, int))
