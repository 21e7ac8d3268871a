"""Shares of failed runs against scipy, and which runs are left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from relxfer.judge import failures
from relxfer.judge.records import Share


def flags(text):
    return np.array([letter == "x" for letter in text])


@given(st.integers(1, 40).flatmap(lambda runs: st.tuples(st.integers(0, runs), st.just(runs))))
def test_shares_are_those_of_clopper_and_pearson(counts):
    failed, runs = counts
    made = failures.share(failed, runs)
    exact = stats.binomtest(failed, runs).proportion_ci(method="exact")
    assert (made.low, made.high) == pytest.approx((exact.low, exact.high))


def test_none_of_six_does_not_exclude_46_percent():
    made = failures.share(0, 6)
    assert (made.low, round(made.high, 2)) == (0, 0.46)
    assert failures.share(6, 6).high == 1


def test_failures_of_both_sides():
    made = failures.of(flags("x.x..."), flags("......"))
    assert made is not None
    assert made.ours == failures.share(2, 6)
    assert made.theirs == failures.share(0, 6)


def test_runs_that_all_train_have_no_failures():
    assert failures.of(flags("..."), flags("....")) is None
    assert failures.of(flags("..."), flags(".")) is None


def test_a_side_that_always_fails_has_one_level():
    """Its gain is what it is: nothing is left out, and nothing is told of failures."""
    assert failures.of(flags("xxx"), flags("...")) is None
    assert failures.trained(flags("xxx"), flags("...")).tolist() == [True] * 3


def test_a_side_that_fails_now_and_then_against_one_that_always_does():
    made = failures.of(flags("x.."), flags("xxx"))
    assert made is not None
    assert (made.ours.failed, made.theirs.failed) == (1, 0)
    assert failures.trained(flags("x.."), flags("xxx")).tolist() == [False, True, True]


def test_a_side_that_mostly_fails_is_left_as_it_is_and_said():
    made = failures.of(flags("xxxx.."), flags("......"))
    assert made is not None
    assert failures.mostly(made)
    assert failures.trained(flags("xxxx.."), flags("......")).all()
    assert failures.trained(flags("xxx..."), flags("......")).sum() == 3


def test_seeds_are_left_with_which_both_sides_trained():
    assert failures.trained(flags("x..."), flags("..x.")).tolist() == [False, True, False, True]
    assert failures.trained(flags("x..."), flags(".")).tolist() == [False, True, True, True]


def test_shares_are_records():
    assert failures.share(1, 1) == Share(1, 1, pytest.approx(0.025), 1.0)
