"""Picture files as pixels: every mode, and files that do not decode."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from relxfer_vision.pictures.decoding import decoded, values_of
from relxfer_vision.pictures.depth import Depth


def test_a_picture_that_does_not_decode_is_named_before_training(fails, folder):
    path = folder / "cat" / "cat3.jpg"
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"no picture", b""):
        path.write_bytes(damaged)
        message = fails(path=folder)
        assert str(path) in message
        assert "does not decode" in message
        assert "object at" not in message
        assert message.endswith("take it out")


def test_what_can_only_be_written_is_no_picture(loaded, folder):
    (folder / "cat" / "form.pdf").write_bytes(b"%PDF-1.4")
    assert len(loaded(path=folder).inputs) == 20


def pixels_of(path):
    return decoded(path.read_bytes(), path)


def test_colours_of_print_become_rgb(paint, tmp_path):
    pixels = pixels_of(paint(tmp_path / "a.jpg", "CMYK"))
    assert pixels.shape == (10, 12, 3)


@pytest.mark.parametrize("mode", ["P", "LA", "YCbCr", "RGBA", "1", "L"])
def test_every_mode_gives_one_or_three_channels(paint, tmp_path, mode):
    path = paint(tmp_path / ("a.jpg" if mode == "YCbCr" else "a.png"), mode)
    pixels = pixels_of(path)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (10, 12, 1 if mode in ("1", "L") else 3)


def test_what_is_transparent_lies_on_white(tmp_path):
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(tmp_path / "a.png")
    assert (pixels_of(tmp_path / "a.png") == 255).all()


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB"])
def test_a_value_that_is_transparent_lies_on_white(tmp_path, mode):
    Image.new(mode, (4, 4)).save(tmp_path / "a.png", transparency=(0, 0, 0) if mode == "RGB" else 0)
    assert (pixels_of(tmp_path / "a.png") == 255).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_fractions_that_are_no_numbers_are_told(fails, folder, value):
    """Of such a picture nobody knows the range."""
    Image.fromarray(np.array([[0.0, 0.5, value]], np.float32)).save(folder / "cat" / "a.tif")
    assert "a.tif, which does not decode (a value that is NaN or infinite)" in fails(path=folder)


def test_sixteen_bits_are_scaled(tmp_path):
    Image.fromarray(np.array([[0, 255, 65535]], np.uint16)).save(tmp_path / "a.png")
    assert pixels_of(tmp_path / "a.png")[0, :, 0].tolist() == [0, 1, 255]


def test_fractions_are_scaled_as_far_as_they_go(tmp_path):
    Image.fromarray(np.array([[0.0, 0.5, 1.0]], np.float32)).save(tmp_path / "a.tif")
    assert pixels_of(tmp_path / "a.tif")[0, :, 0].tolist() == [0, 128, 255]


def test_pictures_stand_upright_as_their_exif_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    pixels = np.zeros((10, 20, 3), np.uint8)
    pixels[:, :10] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    upright = pixels_of(tmp_path / "a.png")
    assert upright.shape == (20, 10, 3)
    assert upright[0].mean() == 255
    assert upright[-1].mean() == 0


def test_a_picture_of_very_many_pixels_is_refused_unread(fails, folder):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for side in (10_000, 40_000):  # Pillow warns of the first, and refuses the second
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
        (folder / "cat" / "bomb.png").write_bytes(bomb)
        message = fails(path=folder)
        assert "pixels, got more in" in message
        assert "bomb.png" in message


def test_colours_of_sixteen_bits_keep_both_bytes(tmp_path):
    values = np.random.default_rng(0).integers(0, 4096, (4, 5, 3)).astype(np.uint16)
    head = struct.pack(">IIBBBBB", 5, 4, 16, 2, 0, 0, 0)
    lines = b"".join(b"\0" + line.astype(">u2").tobytes() for line in values)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(b)) + name + b + struct.pack(">I", zlib.crc32(name + b)) for name, b in parts]
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    assert np.array_equal(values_of(path.read_bytes(), path), values)
    assert decoded(path.read_bytes(), path, Depth.of([4000])).max() > 200
