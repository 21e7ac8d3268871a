"""Small copies of pictures, for reports."""

from __future__ import annotations

import io

import numpy as np

#: A PNG with more bytes is made a JPEG.
_LARGE = 3_000


def encoded(pixels: np.ndarray, side: int) -> bytes:
    """A PNG, or a JPEG where that is smaller, of uint8 [H, W, 1 or 3], at most `side` pixels a side.

    >>> encoded(np.zeros((8, 8, 1), np.uint8), 64)[1:4]
    b'PNG'
    """
    from PIL import Image

    picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    picture.thumbnail((side, side))
    small = _saved(picture, "PNG", optimize=True)
    return small if len(small) <= _LARGE else min(small, _saved(picture, "JPEG", quality=80), key=len)


def _saved(picture: object, form: str, **options: object) -> bytes:
    sink = io.BytesIO()
    picture.save(sink, form, **options)  # type: ignore[attr-defined]
    return sink.getvalue()
