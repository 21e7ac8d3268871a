"""A part of every class."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from relxfer.plan.stratify import stratified

LABELS = np.repeat([0, 1, 2, -1], [30, 10, 4, 7])


@given(st.floats(0, 1), st.integers(0, 9))
def test_every_class_gives_its_share_and_rows_of_no_class_none(share, seed):
    held = stratified(LABELS, share, seed)
    assert np.bincount(LABELS[held] + 1, minlength=4).tolist() == [0, *(round(n * share) for n in (30, 10, 4))]
    assert (np.diff(held) > 0).all()


def test_it_depends_on_the_seed():
    assert stratified(LABELS, 0.5, 0).tolist() != stratified(LABELS, 0.5, 1).tolist()


def test_a_class_does_not_depend_on_the_others():
    alone = np.where(LABELS == 1, 1, -1)
    held = stratified(LABELS, 0.5, 0)
    assert stratified(alone, 0.5, 0).tolist() == held[LABELS[held] == 1].tolist()
