"""Edges from rows of a file."""

from __future__ import annotations

import numpy as np
from relxfer_social.edges import weighted_edges


def test_options_of_edges(loaded, tables):
    def count(**options):
        return loaded(**tables(), **options).inputs.edges.shape[1]

    assert (count(directed=True), count(loops=False), count(duplicates=True)) == (5, 6, 10)


ROWS = np.array([[0, 1, 0, 2, 0], [1, 0, 1, 2, 2]])
HEAVY = np.array([1.0, 2, 4, 8, 16])


def weighted(both, duplicates, rows=ROWS, weights=HEAVY):
    edges, found = weighted_edges(rows, weights, 3, both=both, duplicates=duplicates, loops=True)
    return list(zip(edges.T.tolist(), found.tolist(), strict=True))


def test_weights_of_the_rows_of_a_pair_add_up():
    assert weighted(False, False) == [([0, 1], 5), ([0, 2], 16), ([1, 0], 2), ([2, 2], 8)]
    assert weighted(True, False) == [([0, 1], 7), ([0, 2], 16), ([1, 0], 7), ([2, 0], 16), ([2, 2], 8)]


def test_with_duplicates_each_row_has_its_own():
    assert weighted(False, True) == [([0, 1], 1), ([0, 1], 4), ([0, 2], 16), ([1, 0], 2), ([2, 2], 8)]
    twice = weighted(True, True)
    assert [weight for pair, weight in twice if pair == [0, 1]] == [1, 2, 4]
    assert len(twice) == 10


def test_a_list_that_has_every_edge_both_ways_is_the_one_that_has_it_once():
    once, weights = np.array([[0, 1, 2], [1, 2, 2]]), np.array([2.0, 3, 5])
    twice = np.concatenate([once, once[::-1, :2]], axis=1)
    assert weighted(True, False, twice, np.array([2.0, 3, 5, 2, 3])) == weighted(True, False, once, weights)
    uneven = weighted(True, False, twice, np.array([2.0, 3, 5, 2, 4]))
    assert [weight for _, weight in uneven] == [4, 4, 7, 7, 5]


def test_equal_weights_are_none_where_they_are_1():
    rows = np.array([[0, 1], [1, 2]])
    assert weighted_edges(rows, np.ones(2), 3, True, False, True)[1] is None
    assert weighted_edges(rows, np.array([2.0, 2.0]), 3, True, False, True)[1].tolist() == [2] * 4
    assert weighted_edges(rows[:, [0, 0]], np.ones(2), 3, False, False, True)[1].tolist() == [2]
    none = np.zeros((2, 0), np.int64)
    assert weighted_edges(none, np.zeros(0), 0, True, False, True)[0].shape == (2, 0)


def test_loops_take_their_weights_with_them():
    edges, weights = weighted_edges(ROWS, HEAVY, 3, both=False, duplicates=True, loops=False)
    assert (edges.shape[1], weights.tolist()) == (4, [1, 4, 16, 2])


def test_the_order_of_rows_changes_no_digit_of_a_sum():
    rng = np.random.default_rng(0)
    rows, weights = np.zeros((2, 200), np.int64), rng.random(200) * 10.0 ** rng.integers(-6, 6, 200)
    sums = {float(weighted_edges(rows, weights[rng.permutation(200)], 1, True, False, True)[1][0]) for _ in range(20)}
    assert len(sums) == 1
