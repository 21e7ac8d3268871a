"""The loader of `pixels`: as wide as the pictures have values."""

from __future__ import annotations

from relxfer_vision.architectures.pixels import PixelsOptions, pixels

from relxfer.judge.metrics.classification import Classification


def test_it_is_as_wide_as_the_pictures_have_values():
    model = pixels(PixelsOptions(size=5, channels=3), None, {"task": Classification(tuple("abc")).card()})
    assert model.network.width == 75
    assert model.network.head.out_features == 3
    assert (model.native.size, model.native.channels) == (5, 3)
