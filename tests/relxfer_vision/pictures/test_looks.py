"""What is seen of a picture: whether another is equal, or nearly."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from relxfer_vision.pictures.looks import Look, first_equal, nearly_equal

RNG = np.random.default_rng(0)


def smooth(seed, size=(96, 64)):
    """A picture of soft shapes."""
    rough = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(rough).resize(size, Image.Resampling.BICUBIC)


def look(picture):
    values = np.asarray(picture)
    return Look.at(values if values.ndim == 3 else values[..., None])


def again(picture, quality):
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream)


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: again(picture, 60),
        lambda picture: picture.resize((48, 32)),
        lambda picture: picture.point(lambda value: int(value * 0.8)),
        lambda picture: picture.convert("L"),
    ],
)
def test_a_changed_picture_is_nearly_equal_and_another_is_not(change):
    looks = [look(picture) for picture in (smooth(1), change(smooth(1)), smooth(2), smooth(3))]
    assert nearly_equal(np.stack([each.small for each in looks])) == [(0, 1)]
    assert len({each.equal for each in looks}) == 4


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 40, 3), (17, 16, 1), (300, 500, 3)])
def test_any_shape_has_a_small_copy(shape):
    seen = Look.at(RNG.integers(0, 256, shape, dtype=np.uint8))
    assert seen.small.shape == (16, 16)
    assert seen.shorter == min(shape[:2])


def test_blank_pictures_are_equal_but_not_nearly():
    blank = [Look.at(np.full((8, 8, 1), value, np.uint8)) for value in (0, 0, 255)]
    assert nearly_equal(np.stack([each.small for each in blank])) == []
    assert first_equal([each.equal for each in blank]).tolist() == [0, 0, 2]


def test_depth_and_colour_are_seen():
    assert look(smooth(1)).coloured
    assert not look(smooth(1).convert("L").convert("RGB")).coloured
    stained = np.full((200, 4, 3), 7, np.uint8)
    stained[-1, -1, -1] = 8
    assert Look.at(stained).coloured
    deep = Look.at(np.array([[[7], [4000]]], np.uint16))
    assert (deep.largest, deep.fractions) == (4000.0, False)
    assert Look.at(np.array([[[0.5]]], np.float32)).fractions
