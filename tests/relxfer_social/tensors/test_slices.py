"""Slices of a list: they cover it, and none is larger than it need be."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.tensors.slices import slices


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 12))
def test_slices_cover_everything_and_fit(sizes, room):
    parts = list(slices(np.array(sizes, int), room))
    assert [size for part in parts for size in sizes[part]] == sizes
    assert all(sum(sizes[part]) <= room or part.stop - part.start == 1 for part in parts)
