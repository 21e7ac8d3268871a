"""Embedded data: scikit-learn's real digits, and the same blended over its two photographs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from relxfer.seeding import generator
from relxfer_vision.domain import ImageDomain, image_domain
from relxfer_vision.options import DigitsOptions
from relxfer_vision.pictures.images import ArrayImages

#: Pictures of the 1,797 that are for the test, by a fixed order.
TEST = 597
SIDE = 28


def load_digits(options: DigitsOptions, files: Mapping[str, Any]) -> ImageDomain:
    """1,797 handwritten digits of 8 x 8 pixels (Alpaydin and Kaynak 1998), 1,200 for training and 597 for the test.

    >>> domain = load_digits(DigitsOptions(), {})
    >>> len(domain.train), len(domain.test), domain.inputs.pixels.shape
    (1200, 597, (1797, 8, 8, 1))
    >>> load_digits(DigitsOptions(classes=(5, 6)), {}).task.answers
    ('5', '6')
    """
    pixels, classes = _digits()
    return _domain("digits", pixels, classes, options.classes, "scikit-learn's digits, 8 x 8 pixels")


def load_digits_photo(options: DigitsOptions, files: Mapping[str, Any]) -> ImageDomain:
    """The same digits, |photograph - digit| in every channel (Ganin and Lempitsky 2015, sec. 4): a shifted domain.

    Each digit is enlarged to 28 x 28 (bilinear) and laid over its own crop of one of scikit-learn's two sample
    photographs. The split is that of `digits`, so that no test digit was a training digit there.
    """
    pixels, classes = _digits()
    rng = generator("digits over photographs")
    photographs = _photographs()
    blended = np.stack([_blended(picture, _crop(photographs, rng)) for picture in pixels])
    note = "the same digits over crops of two photographs, 28 x 28 RGB"
    return _domain("digits-photo", blended, classes, options.classes, note)


def _digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits as load

    bunch = load()
    return (bunch.images * (255 / 16)).round().astype(np.uint8), bunch.target.astype(np.int64)


def _domain(name: str, pixels: np.ndarray, digits: np.ndarray, kept: Sequence[int], note: str) -> ImageDomain:
    """Of the digits that are kept, in the split of all; their classes are numbered in the order of `kept`."""
    order, there = generator("digits", "split").permutation(len(digits)), np.isin(digits, kept)
    rows, place = np.flatnonzero(there), np.cumsum(there) - 1
    train, test = (place[split[there[split]]] for split in (order[TEST:], order[:TEST]))
    classes = np.array([kept.index(digit) for digit in digits[rows]])
    return image_domain(
        name,
        ArrayImages.of(pixels[rows], [str(row) for row in rows]),
        [str(digit) for digit in kept],
        (train, classes[train]),
        (test, classes[test]),
        notes=[f"{note}; {len(train):,} for training, {len(test):,} for the test, by a fixed order"],
    )


def _blended(digit: np.ndarray, background: np.ndarray) -> np.ndarray:
    from PIL import Image

    large = np.asarray(Image.fromarray(digit).resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    return np.abs(background.astype(np.int16) - large[..., None].astype(np.int16)).astype(np.uint8)


def _crop(photographs: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    photograph = photographs[int(rng.integers(len(photographs)))]
    height, width = photograph.shape[:2]
    top, left = int(rng.integers(height - SIDE + 1)), int(rng.integers(width - SIDE + 1))
    return photograph[top : top + SIDE, left : left + SIDE]


def _photographs() -> list[np.ndarray]:
    from sklearn.datasets import load_sample_images

    return load_sample_images().images
