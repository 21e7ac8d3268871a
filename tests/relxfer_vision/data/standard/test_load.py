"""Loaders of standard pictures on small files, and the shared copies where they are present."""

from __future__ import annotations

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from relxfer_vision import relxfer_datasets
from relxfer_vision.data.standard.load import domain, load_mnist, load_usps

from relxfer.data.digests import digest_of
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


def test_idx_is_read_back_and_split(mnist):
    loaded = load_mnist(None, mnist)
    assert (len(loaded.train), len(loaded.val), len(loaded.unlabelled), len(loaded.test)) == (18, 2, 20, 20)
    assert loaded.task.answers == tuple("0123456789")
    for part in (loaded.train, loaded.val, loaded.test):
        rows = part.queries
        assert np.array_equal(loaded.inputs.pixels[rows, ..., 0], PICTURES[rows % 20])
        assert np.array_equal(part.answers, CLASSES[rows % 20])
    assert set(loaded.train.queries) | set(loaded.val.queries) == set(range(20)) == set(loaded.unlabelled.queries)
    assert set(loaded.test.queries) == set(range(20, 40))


def test_usps_is_scaled_to_bytes(tmp_path):
    values = np.zeros(256)
    values[:3] = [-1, 1, 0]
    path = written(tmp_path / "zip.train.gz", "\n".join(usps_line(d, values) for d in (7, 3)).encode())
    loaded = load_usps(None, {"train": path, "test": path})
    assert loaded.inputs.pixels.shape == (4, 16, 16, 1)
    assert loaded.inputs.pixels[0, 0, :3, 0].tolist() == [0, 255, 128]
    assert loaded.test.answers.tolist() == [7, 3]


def test_few_pictures_have_no_validation_split():
    part = (PICTURES[:5], CLASSES[:5])
    assert domain("few", part, part, tuple("0123456789")).val is None


def test_a_digest_of_what_a_gzip_file_holds(tmp_path):
    content = packed(PICTURES)
    paths = [tmp_path / "fast.gz", tmp_path / "best.gz"]
    for path, level in zip(paths, (1, 9), strict=True):
        with gzip.GzipFile(path, "wb", level) as stream:
            stream.write(content)
    assert digest_of(paths[0], "md5:") != digest_of(paths[1], "md5:")
    assert digest_of(paths[0], "gz-md5:") == digest_of(paths[1], "gz-md5:")
    paths[0].write_bytes(paths[0].read_bytes()[:-20])
    with pytest.raises(DataError, match="expected a complete gzip file"):
        digest_of(paths[0], "gz-md5:")


# ------------------------------------------------------------------ shared copies


def shared(relative: str) -> Path:
    beside = Path(__file__).resolve().parents[3].parent / "shared"
    path = Path(os.environ.get("RELXFER_SHARED", beside)) / "data" / "vision" / relative
    if not path.is_file():
        pytest.skip(f"needs data/vision/{relative} (set RELXFER_SHARED)")
    return path


def card(name):
    return next(each for each in relxfer_datasets() if each.name == name)


@pytest.mark.parametrize("file", card("mnist").files, ids=lambda f: f.role)
def test_shared_mnist_is_what_the_card_says(file):
    assert digest_of(shared(f"mnist/{file.url.rpartition('/')[2]}"), file.digest) == file.digest


def test_shared_mnist_and_usps_have_the_counts_of_their_cards():
    mnist = load_mnist(None, {f.role: shared(f"mnist/{f.url.rpartition('/')[2]}") for f in card("mnist").files})
    usps = load_usps(None, {role: shared(f"usps/zip.{role}.gz") for role in ("train", "test")})
    for name, loaded in (("mnist", mnist), ("usps", usps)):
        counts = card(name).counts
        assert (len(loaded.unlabelled), len(loaded.test)) == (counts["train"], counts["test"])
    assert mnist.inputs.pixels[0].any()
    assert usps.inputs.pixels.min() == 0
    assert usps.inputs.pixels.max() == 255
