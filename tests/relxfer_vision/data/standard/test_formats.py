"""Files of standard pictures: read back, and told where they are strange."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from relxfer_vision.data.standard import formats
from relxfer_vision.data.standard.load import load_mnist

from relxfer.errors import DataError

PICTURES = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)


CLASSES = np.arange(20) % 10


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content))
    return path


def packed(array: np.ndarray) -> bytes:
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def usps_line(digit, values):
    return f"{digit:.4f} " + " ".join(f"{value:.4f}" for value in values)


@pytest.fixture
def mnist(tmp_path):
    return {
        f"{part} {kind}": written(tmp_path / f"{part}-{kind}.gz", packed(array))
        for part in ("train", "test")
        for kind, array in (("images", PICTURES), ("labels", CLASSES))
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (packed(PICTURES)[:-1], r"expected \[20, 28, 28\] values, got 15,679"),
        (packed(CLASSES), "expected IDX with unsigned bytes in 3 axes"),
        (b"", "expected IDX with unsigned bytes"),
        (packed(PICTURES[:19]), "expected as many classes as pictures"),
    ],
    ids=["short", "other axes", "empty", "one less"],
)
def test_a_strange_idx_file_is_told(mnist, content, expected):
    written(mnist["train images"], content)
    with pytest.raises(DataError, match=expected):
        load_mnist(None, mnist)


def test_a_file_that_is_no_gzip_is_told(mnist):
    for content in (b"<html>", mnist["train images"].read_bytes()[:-9]):
        mnist["train images"].write_bytes(content)
        with pytest.raises(DataError, match=r"expected (IDX with unsigned bytes|a whole file of pictures and classes)"):
            load_mnist(None, mnist)


@pytest.mark.parametrize("line", ["6 1 2", usps_line(6, np.full(256, 2.0)), "six"])
def test_strange_usps_text_is_told(tmp_path, line):
    with pytest.raises(DataError, match=r"zip\.gz: expected"):
        formats.usps(written(tmp_path / "zip.gz", line.encode()))


def test_svhn_calls_zero_ten(tmp_path):
    from scipy.io import savemat

    pictures = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    savemat(tmp_path / "train.mat", {"X": pictures.transpose(1, 2, 3, 0), "y": np.array([[10], [1], [9], [10]])})
    found, classes = formats.svhn(tmp_path / "train.mat")
    assert np.array_equal(found, pictures)
    assert classes.tolist() == [0, 1, 9, 0]


def test_tensors_are_read_without_pickled_objects(tmp_path):
    import torch

    pictures = torch.zeros(3, 28, 28, 3, dtype=torch.uint8)
    torch.save((pictures, torch.tensor([0, 1, 2])), tmp_path / "train.pt")
    assert formats.tensors(tmp_path / "train.pt")[1].tolist() == [0, 1, 2]
    torch.save((Path("x"), 1), tmp_path / "train.pt")
    with pytest.raises(DataError, match="expected a whole file of pictures"):
        formats.tensors(tmp_path / "train.pt")
