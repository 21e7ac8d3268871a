"""Columns of names: one entry for each node, the same wherever it stands, spread over all columns."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.features.hashed_names import hashed


@given(st.lists(st.text(max_size=5), max_size=20), st.integers(1, 50))
def test_each_name_has_one_column_and_keeps_it(names, width):
    made = hashed(names, width)
    assert made.shape == (len(names), width)
    assert np.array_equal(abs(made).sum(1), np.ones((len(names), 1)))
    assert np.array_equal(hashed(names[::-1], width).toarray(), made.toarray()[::-1])


def test_numbered_names_are_spread_over_columns_and_signs():
    made = hashed([str(number) for number in range(6400)], 64)
    assert 60 < abs(made).sum(0).min() < abs(made).sum(0).max() < 140
    assert abs(made.sum()) < 300
