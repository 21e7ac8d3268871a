"""Adjusted p against values by hand and against scipy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from relxfer.judge.multiplicity import false_discovery, holm

p_values = st.lists(st.floats(0, 1), max_size=20)


def test_holm_by_hand():
    """4 x .01, 3 x .02, and .05, which may not fall below: 2 x .03 = .06."""
    assert holm([0.03, 0.01, 0.05, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])


def test_false_discovery_by_hand():
    """.01 x 4, .02 x 2, .03 x 4 / 3, .05: never above those of larger p."""
    assert false_discovery([0.03, 0.01, 0.05, 0.02]) == pytest.approx([0.04, 0.04, 0.05, 0.04])


@given(p_values)
def test_false_discovery_is_scipys(p):
    expected = stats.false_discovery_control(p, method="bh") if p else []
    assert false_discovery(p) == pytest.approx(list(expected))


@given(p_values, st.floats(0.001, 0.5))
def test_holm_claims_one_after_another(p, alpha):
    """In ascending order, each at alpha by the number that is left; the first that fails ends it."""
    claimed, left = set(), sorted(range(len(p)), key=lambda i: p[i])
    while left and p[left[0]] * len(left) <= alpha:
        claimed.add(left.pop(0))
    assert {i for i, adjusted in enumerate(holm(p)) if adjusted <= alpha} == claimed


@given(p_values)
def test_adjusted_p_is_between_p_and_that_of_bonferroni(p):
    for single, adjusted in zip(p, holm(p), strict=True):
        assert single <= adjusted <= min(1.0, single * len(p)) + 1e-12
    assert all(q <= adjusted + 1e-12 for q, adjusted in zip(false_discovery(p), holm(p), strict=True))
