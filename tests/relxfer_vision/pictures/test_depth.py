"""Which value becomes white."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_vision.pictures.depth import EIGHT, Depth


@pytest.mark.parametrize(("largest", "white"), [(200, 255), (1000, 1023), (4095, 4095), (9000, 16383), (40000, 65535)])
def test_the_fewest_bits_that_hold_all_values_are_taken(largest, white):
    depth = Depth.of([3, largest])
    assert depth.whole == white
    values = np.array([[[0], [white]]], np.uint16)
    assert depth.eight(values).tolist() == [[[0], [255]]]


def test_fractions_are_up_to_one_or_as_whole_ones():
    assert Depth.of([], [0.2, 1.0]).eight(np.array([[[0.5]]], np.float32)).tolist() == [[[128]]]
    assert Depth.of([], [12.0]).fraction == 255


def test_what_is_above_or_below_is_cut():
    assert Depth.of([4000]).eight(np.array([[[-5], [5000]]], np.int32)).tolist() == [[[0], [255]]]


def test_a_card_says_it_and_nothing_where_there_is_nothing_to_say():
    assert EIGHT.card() == {}
    assert Depth.of_card({}) == EIGHT
    assert Depth.of_card({"white": "x"}) == EIGHT
    assert Depth.of_card(Depth.of([900]).card()).whole == 1023
    assert EIGHT.sentence() == Depth.of([60000]).sentence() == ""
