"""Arrays in .npz files: no objects, each name once, and as many bytes as the file says."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from relxfer.errors import DataError
from relxfer.store import npz


def member(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def archive(path, *members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_come_back(tmp_path, save):
    given = {"x": np.arange(6.0).reshape(2, 3), "names": np.array(["a", "bc"]), "one": np.array(True)}
    save(tmp_path / "a.npz", **given)
    found = npz.read(tmp_path / "a.npz")
    assert found.keys() == given.keys()
    for name, array in given.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array)


def test_pickled_objects_are_refused(tmp_path):
    archive(tmp_path / "a.npz", ("x.npy", member(np.array([{}], dtype=object))))
    with pytest.raises(DataError, match=r"a\.npz.*without pickled objects"):
        npz.read(tmp_path / "a.npz")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("members", "words"),
    [
        ((("x.npy", member(np.arange(3))), ("x.npy", member(np.arange(3)))), "'x.npy', twice"),
        ((("x.txt", b"no array"),), "'x.txt', which is not an array"),
        ((("x.npy", member(np.arange(30))[:-8]),), r"as its header says, \[30\] of int64, got 232 bytes"),
        ((("x.npy", b"no array"),), "a.npz"),
    ],
)
def test_an_archive_that_is_not_one_of_arrays_is_refused(tmp_path, members, words):
    with pytest.raises(DataError, match=words):
        npz.read(archive(tmp_path / "a.npz", *members))


def test_another_compression_is_refused(tmp_path):
    path = archive(tmp_path / "a.npz", ("x.npy", member(np.arange(3))), compression=zipfile.ZIP_BZIP2)
    with pytest.raises(DataError, match="stored or deflated"):
        npz.read(path)


def test_what_unpacks_to_far_more_is_refused_unless_it_is_stored(tmp_path, monkeypatch):
    monkeypatch.setattr(npz, "SMALL", 2**20)
    zeros = np.zeros(2**20)
    np.savez_compressed(tmp_path / "packed.npz", x=zeros)
    np.savez(tmp_path / "stored.npz", x=zeros)
    with pytest.raises(DataError, match=r"save it without compression: numpy\.savez"):
        npz.read(tmp_path / "packed.npz")
    assert len(npz.read(tmp_path / "stored.npz")["x"]) == 2**20


def test_many_small_values_count_as_four_bytes_each(tmp_path, monkeypatch):
    monkeypatch.setattr(npz, "SMALL", 2**20)
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros(2**19, bool))
    with pytest.raises(DataError, match="got 2,097,152"):
        npz.read(tmp_path / "a.npz")


def test_what_is_no_zip_is_told(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"no zip")
    with pytest.raises(DataError, match=r"a\.npz.*numpy\.savez"):
        npz.read(tmp_path / "a.npz")
