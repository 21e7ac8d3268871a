"""RandAugment: what each operation does to pixels, and that magnitude and generator decide."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from relxfer_vision.pictures.rand_augment import OPERATIONS, RandAugment

PIXELS = np.random.default_rng(0).integers(20, 200, (48, 64, 3), dtype=np.uint8)


def done(name: str, strength: float, pixels: np.ndarray = PIXELS) -> np.ndarray:
    return np.asarray(OPERATIONS[name](Image.fromarray(pixels), strength)).astype(int)


@pytest.mark.parametrize("name", ["rotate", "shear across", "shear down", "move across", "move down"])
def test_moves_of_strength_0_leave_the_picture_and_others_go_to_either_side(name):
    assert np.array_equal(done(name, 0.0), PIXELS)
    assert not np.array_equal(done(name, 0.5), done(name, -0.5))
    assert (done(name, 1.0) == 128).any(), "gray comes in"


def test_a_move_is_by_a_share_of_the_side():
    assert np.array_equal(done("move across", 16 / 64 / 0.45)[:, :48], PIXELS[:, 16:])
    assert np.array_equal(done("move down", -12 / 48 / 0.45)[12:], PIXELS[:36])


@pytest.mark.parametrize("name", ["brightness", "colour", "contrast", "sharpness"])
def test_enhancements_of_strength_0_leave_the_picture(name):
    assert np.array_equal(done(name, 0.0), PIXELS)
    assert not np.array_equal(done(name, 0.5), done(name, -0.5))


def test_brightness_is_changed_by_up_to_ninety_percent():
    assert done("brightness", -1.0).mean() == pytest.approx(0.1 * PIXELS.mean(), abs=1)


@pytest.mark.parametrize("sign", [1, -1])
def test_posterising_and_solarising_have_one_side(sign):
    assert np.array_equal(done("posterise", sign * 1.0), PIXELS // 16 * 16)
    assert np.array_equal(done("solarise", sign * 1.0), 255 - PIXELS.astype(int))
    assert np.array_equal(done("solarise", sign * 0.5), np.where(PIXELS < 128, PIXELS, 255 - PIXELS.astype(int)))


def test_autocontrast_and_equalising_take_the_whole_range():
    for name in ("autocontrast", "equalise"):
        made = done(name, 0.0)
        assert made.min() == 0
        assert made.max() >= 254


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_keeps_shape_and_type(name, channels, monkeypatch):
    monkeypatch.setattr("relxfer_vision.pictures.rand_augment._NAMES", (name,))
    made = RandAugment(2, 30)(PIXELS[..., :channels], np.random.default_rng(0))
    assert (made.shape, made.dtype) == ((48, 64, channels), np.uint8)


def test_the_generator_decides_and_all_operations_are_drawn():
    augment = RandAugment(1, 15)
    first, again = (augment(PIXELS, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, again)
    made = {augment(PIXELS, np.random.default_rng(seed)).tobytes() for seed in range(300)}
    assert len(made) == 14 + 9, "nine of the fourteen have two sides"


def test_a_larger_magnitude_changes_more():
    def change(magnitude):
        made = [RandAugment(2, magnitude)(PIXELS, np.random.default_rng(seed)).astype(int) for seed in range(60)]
        return np.mean([abs(each - PIXELS).mean() for each in made])

    assert change(3) < change(12) < change(30)
