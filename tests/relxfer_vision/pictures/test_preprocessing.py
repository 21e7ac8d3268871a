"""What the network sees: normalised, varied in training only, and a function of the generator alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_vision.model import Native
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.images import ArrayImages
from relxfer_vision.pictures.preprocessing import Preprocessing

from relxfer.errors import Incompatible

GRAY = Native(8, 1, (0.5,), (0.25,))
COLOUR = Native(8, 3, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), "crop")
PIXELS = np.random.default_rng(1).integers(0, 256, (6, 10, 12, 3), dtype=np.uint8)


def prepared(options: ImageOptions, native: Native, seed: int | None = None) -> torch.Tensor:
    rng = None if seed is None else np.random.default_rng(seed)
    return Preprocessing.of(options, native)(ArrayImages.of(PIXELS), np.array([4, 1]), rng)


def test_the_network_decides_what_is_left_open():
    mean, std = (np.reshape(values, (3, 1, 1)) for values in (COLOUR.mean, COLOUR.std))
    expected = (PIXELS[[4, 1], 1:9, 2:10].transpose(0, 3, 1, 2) / 255 - mean) / std
    found = prepared(ImageOptions(resize="crop", shorter_side=10), COLOUR)
    assert found.dtype == torch.float32
    assert np.allclose(found.numpy(), expected, atol=1e-5)


def test_values_as_they_are():
    found = prepared(ImageOptions(normalise="none"), GRAY)
    assert found.shape == (2, 1, 8, 8)
    assert 0 <= found.min() <= found.max() <= 1


def test_a_network_of_three_channels_takes_no_gray():
    with pytest.raises(Incompatible, match="takes"):
        Preprocessing.of(ImageOptions(channels=1), COLOUR)


@pytest.mark.parametrize("augment", [("flip",), ("shift",), ("zoom",), ("flip", "shift", "zoom")])
def test_augmentation_varies_with_the_generator_alone(augment):
    options = ImageOptions(augment=augment)
    first, again = prepared(options, COLOUR, seed=1), prepared(options, COLOUR, seed=1)
    others = [prepared(options, COLOUR, seed=seed) for seed in range(2, 8)]
    assert torch.equal(first, again)
    assert any(not torch.equal(first, other) for other in others)
    assert all(other.shape == first.shape for other in others)
    plain = prepared(ImageOptions(), COLOUR)
    assert torch.equal(prepared(options, COLOUR), plain), "without a generator nothing is varied"


def test_the_report_can_say_it():
    told = Preprocessing.of(ImageOptions(resize="pad", augment=("flip",)), GRAY).sentence()
    assert told == "pictures: gray, padded with zeros to 8 x 8; mean / std 0.5 / 0.25; in training flip"
