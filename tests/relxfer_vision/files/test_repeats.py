"""Sentences on pictures that occur more than once."""

from __future__ import annotations

import numpy as np
from relxfer_vision.files import repeats
from relxfer_vision.pictures import looks
from relxfer_vision.pictures.images import ArrayImages

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (4, 20, 20), dtype=np.uint8)
IMAGES = ArrayImages.of(PIXELS[[0, 1, 0, 1, 2]], list("abcde"))


def test_repeats_and_two_labels():
    first, second = repeats.repeated(IMAGES, ["x", "x", "y", "x", "x"])
    assert first.startswith("2 of 5 pictures repeat an earlier one, value for value (c = a; d = b)")
    assert second.startswith("1 picture(s) have two labels or more: a (x) = c (y)")
    assert len(repeats.repeated(IMAGES, ["x", "x", "", "x", "x"])) == 1
    assert repeats.repeated(ArrayImages.of(PIXELS), ["x"] * 4) == []


def test_nearly_equal_ones_are_others_than_equal_ones(monkeypatch):
    lighter = (PIXELS[2].astype(int) * 3 // 4 + 40).astype(np.uint8)
    images = ArrayImages.of(np.concatenate([PIXELS[[0, 0, 1, 2]], lighter[None]]), list("abcde"))
    (line,) = repeats.nearly(images)
    assert line.startswith("1 picture(s) are nearly equal to another (e ~ d)")
    assert repeats.nearly(ArrayImages.of(PIXELS)) == []
    monkeypatch.setattr(looks, "MOST", 3)
    assert "not looked for" in repeats.nearly(images)[0]
