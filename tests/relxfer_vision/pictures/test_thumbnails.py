"""Small copies of pictures."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from relxfer_vision.pictures import thumbnails


def test_a_small_picture_keeps_its_values_and_a_large_one_its_shape():
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8, 1)
    with Image.open(io.BytesIO(thumbnails.encoded(pixels, 64))) as small:
        assert (small.format, np.asarray(small).tolist()) == ("PNG", pixels[..., 0].tolist())
    noise = np.random.default_rng(0).integers(0, 255, (300, 200, 3), dtype=np.uint8)
    made = thumbnails.encoded(noise, 64)
    with Image.open(io.BytesIO(made)) as large:
        assert (large.format, large.size) == ("JPEG", (43, 64))
    assert len(made) < 6_000
