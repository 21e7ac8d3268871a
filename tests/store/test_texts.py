"""Texts as arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relxfer.errors import UnfitArtefact
from relxfer.store.texts import packed, unpacked


@given(st.lists(st.text(max_size=5), max_size=6))
def test_texts_come_back(texts):
    assert unpacked("n", packed("n", texts)) == tuple(texts)


def test_half_a_letter_comes_back():
    assert unpacked("n", packed("n", ["a\ud800"])) == ("a\ud800",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n/ends": np.array([1, 9])},
        {"n/ends": np.array([2, 1])},
        {"n/ends": np.array([-1, 3])},
        {"n/ends": np.array([1.0, 3.0])},
        {"n/bytes": np.array([97, 98, 99])},
        {"n/bytes": np.array([255, 98, 99], np.uint8)},
        {"n/ends": np.zeros((0,), np.int64)},
        {"n/ends": np.zeros((2, 2), np.int64)},
    ],
)
def test_arrays_of_another_form_are_refused(wrong):
    with pytest.raises(UnfitArtefact, match="expected texts under 'n'"):
        unpacked("n", packed("n", ["a", "bc"]) | wrong)
    with pytest.raises(UnfitArtefact):
        unpacked("m", packed("n", ["a"]))
