"""Pictures come out in the size and channels that were asked for, by the protocol that was named."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from relxfer_vision.pictures.geometry import Geometry

from relxfer.errors import Incompatible

SIDES = st.integers(1, 40)


def pictures(height: int, width: int, channels: int, count: int = 1) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, height, width, channels), dtype=np.uint8)


def test_padding_by_six_is_the_usps_protocol():
    [picture] = pictures(16, 16, 1)
    fitted = Geometry(28, 1, "pad").fit(picture)
    assert fitted.shape == (28, 28, 1)
    assert np.array_equal(fitted[6:22, 6:22], picture)
    assert fitted.sum() == picture.sum()


def test_padding_leaves_a_picture_of_the_size_as_it_is():
    [picture] = pictures(28, 28, 1)
    assert np.array_equal(Geometry(28, 1, "pad").fit(picture), picture)


def test_padding_refuses_what_is_larger():
    with pytest.raises(Incompatible, match="at most 28 x 28 pixels"):
        Geometry(28, 1, "pad").fit(pictures(29, 20, 1)[0])


@given(SIDES, SIDES, st.sampled_from([1, 3]), st.sampled_from([1, 3]))
def test_stretching_gives_the_square(height, width, given_channels, channels):
    fitted = Geometry(12, channels, "stretch").fit(pictures(height, width, given_channels)[0])
    assert (fitted.shape, fitted.dtype) == ((12, 12, channels), np.uint8)


@given(SIDES, SIDES)
def test_cropping_keeps_proportions_and_leaves_room_for_the_square(height, width):
    fitted = Geometry(12, 1, "crop", shorter=14).fit(pictures(height, width, 1)[0])
    assert min(fitted.shape[:2]) == 14
    assert max(fitted.shape[:2]) == min(8 * 14, max(14, round(14 * max(height, width) / min(height, width))))


@pytest.mark.parametrize("turned", [False, True])
def test_a_thin_picture_keeps_its_middle_and_its_scale(turned):
    """Its centre has the pixels that it would have if the whole were made large."""
    geometry, [picture] = Geometry(12, 1, "crop", shorter=14), pictures(7, 2001, 1)
    whole = np.asarray(Image.fromarray(picture[..., 0]).resize((4002, 14), Image.Resampling.BILINEAR))
    fitted = geometry.fit(picture.swapaxes(0, 1) if turned else picture)[..., 0]
    fitted = fitted.T if turned else fitted
    assert fitted.shape == (14, 8 * 14)
    apart = fitted[:, 50:62].astype(int) - whole[:, 1944 + 50 : 1944 + 62]
    assert np.abs(apart).max() <= 1  # the two directions are rounded one after the other


@pytest.mark.parametrize("resize", ["pad", "stretch"])
def test_many_at_once_are_as_one_by_one(resize):
    geometry, many = Geometry(20, 3, resize), pictures(9, 14, 1, count=5)
    assert np.array_equal(geometry.fit_all(many), np.stack([geometry.fit(one) for one in many]))


def test_gray_of_equal_channels_is_that_channel():
    gray = pictures(8, 8, 1)[0]
    assert np.array_equal(Geometry(8, 1, "pad").coloured(np.repeat(gray, 3, axis=2)), gray)
