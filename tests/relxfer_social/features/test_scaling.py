"""Numbers are standardised by the source; names and marks stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social.features.node_features import features_of
from relxfer_social.features.scaling import Scale, apart, fitted
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions


def network(columns: dict[str, list[float]], numbers=(0,)) -> Network:
    cells = np.array(list(columns.values()), float).T
    names = tuple(map(str, range(len(cells))))
    return Network(names, np.zeros((2, 0), int), sp.csr_matrix(cells, dtype=np.float32), tuple(columns), tuple(numbers))


SOURCE = network({"age": [10, 20, 30], "old": [0, 1, 1]})
TARGET = network({"age": [1000, 2000], "pay": [5, 7]}, (0, 1))


def test_the_source_says_the_scale_and_the_target_that_of_its_own_columns():
    made = fitted([SOURCE], TARGET, ("age", "old", "pay"), 3, NetworkOptions())
    assert made.means == (20, 0, 6)
    assert made.deviations[1:] == (1, 1)
    assert np.isclose(made.deviations[0], np.std([10, 20, 30]))
    applied = made.applied(sp.csr_matrix([[20.0, 1.0, 0.0]]), np.array([True, True, False]))
    assert applied.toarray().tolist() == [[0, 1, 0]], "a column that is not there is at its mean"


def test_nothing_is_standardised_where_nothing_has_a_scale_or_the_user_says_so():
    marks = network({"old": [0, 1]}, ())
    assert fitted([marks], None, ("old",), 1, NetworkOptions()) is None
    for options in (NetworkOptions(standardise=False), NetworkOptions(normalise=True)):
        assert fitted([SOURCE], TARGET, ("age", "old"), 2, options) is None


def test_numbers_keep_their_places_beside_other_features():
    options = NetworkOptions(features=("structure", "given"))
    names = features_of(SOURCE, options)[1]
    made = fitted([SOURCE], None, names, len(names), options)
    assert [place for place, mean in enumerate(made.means) if mean] == [names.index("age")]


def test_one_large_value_keeps_its_precision():
    source = network({"x": [0.0, 1e7]})
    made = fitted([source], None, ("x",), 1, NetworkOptions())
    assert made.applied(source.features, np.array([True])).toarray().ravel().tolist() == [-1, 1]


def test_a_card_keeps_all_digits():
    made = fitted([SOURCE], None, ("age", "old"), 2, NetworkOptions())
    assert Scale.of_card({"scale": made.card()}) == made
    assert Scale.of_card({}) is None


def test_scales_that_are_far_apart_are_told():
    assert apart([SOURCE], network({"age": [1e7, 2e7, 3e7]}), NetworkOptions()) == {"age": pytest.approx(1e6)}
    assert apart([SOURCE], network({"age": [20, 40, 60]}), NetworkOptions()) == {}
    assert apart([SOURCE], network({"pay": [1e9, 1e9]}), NetworkOptions()) == {}
