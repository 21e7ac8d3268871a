"""A share of every class, in whole groups."""

from __future__ import annotations

import numpy as np

from relxfer.plan.whole_groups import drawn_whole


def test_groups_stay_together():
    rng = np.random.default_rng(0)
    labels, groups = rng.integers(0, 3, 300), rng.integers(0, 60, 300)
    test = drawn_whole(labels, groups, 0.3, 0)
    assert not set(groups[test]) & set(np.delete(groups, test))
    assert 0.2 < len(test) / 300 < 0.4
    assert test.tolist() == drawn_whole(labels, groups, 0.3, 0).tolist()
    assert test.tolist() != drawn_whole(labels, groups, 0.3, 1).tolist()


def test_every_class_keeps_a_group_and_gives_one_where_it_can():
    labels, groups = np.repeat([0, 1], 10), np.repeat([0, 1, 2], [9, 1, 10])
    test = drawn_whole(labels, groups, 0.1, 0)
    assert groups[test].tolist() == [1], "the second class has one group, which stays"
    assert len(drawn_whole(labels, groups, 0.0, 0)) == 0


def test_rows_without_a_class_are_not_held_out():
    labels = np.array([0, 0, -1, 0, 0])
    test = drawn_whole(labels, np.array([0, 0, 0, 1, 1]), 0.5, 0)
    assert 2 not in test
    assert len(test) == 2


def test_a_small_class_gives_a_row_where_it_should():
    labels, groups = np.repeat([0, 1], [2, 20]), np.arange(22)
    assert not np.isin([0, 1], drawn_whole(labels, groups, 0.2, 0)).any()
    assert np.isin([0, 1], drawn_whole(labels, groups, 0.2, 0, least=1)).sum() == 1
