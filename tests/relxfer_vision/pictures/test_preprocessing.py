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


@pytest.mark.parametrize("augment", [("flip",), ("shift",), ("zoom",), ("rand",), ("flip", "shift", "zoom", "rand")])
def test_augmentation_varies_with_the_generator_alone(augment):
    options = ImageOptions(augment=augment)
    first, again = prepared(options, COLOUR, seed=1), prepared(options, COLOUR, seed=1)
    others = [prepared(options, COLOUR, seed=seed) for seed in range(2, 8)]
    assert torch.equal(first, again)
    assert any(not torch.equal(first, other) for other in others)
    assert all(other.shape == first.shape for other in others)
    plain = prepared(ImageOptions(), COLOUR)
    assert torch.equal(prepared(options, COLOUR), plain), "without a generator nothing is varied"


def test_a_random_crop_is_a_square_of_the_fitted_picture():
    options = {"resize": "crop", "shorter_side": 10, "normalise": "none"}
    seen = {prepared(ImageOptions(augment=("crop",), **options), COLOUR, seed=seed) for seed in range(20)}
    values = torch.from_numpy(PIXELS[4]).permute(2, 0, 1) / 255
    squares = [values[:, y : y + 8, x : x + 8] for y in range(3) for x in range(5)]
    places = {next(i for i, square in enumerate(squares) if torch.equal(square, found[0])) for found in seen}
    assert len(places) > 5, "values are as they were, at many places"


@pytest.mark.parametrize("options", [{"resize": "pad"}, {"resize": "stretch"}])
def test_a_random_crop_of_a_picture_that_fills_the_square_is_refused(options):
    with pytest.raises(Incompatible, match="no room to crop"):
        Preprocessing.of(ImageOptions(augment=("crop",), **options), COLOUR)


def test_without_variation_the_rest_is_as_it_is():
    options = ImageOptions(size=6, augment=("rand", "flip"), rand_magnitude=20, rand_operations=1, mixup=0.2)
    varied, plain = Preprocessing.of(options, COLOUR), Preprocessing.of(ImageOptions(size=6), COLOUR)
    assert varied.varies
    assert not plain.varies
    assert varied != plain == varied.plain
    assert Preprocessing.of(ImageOptions(mixup=0.2), COLOUR).varies


def test_the_report_says_what_is_mixed():
    told = Preprocessing.of(ImageOptions(augment=("flip", "rand"), mixup=0.2), GRAY).sentence()
    assert told.endswith("in training flip, rand, mixup 0.2")


def test_the_report_can_say_it():
    told = Preprocessing.of(ImageOptions(resize="pad", augment=("flip",)), GRAY).sentence()
    assert told == "pictures: gray, padded with zeros to 8 x 8; mean / std 0.5 / 0.25; in training flip"
