"""Labelled pictures in files: folders, tables and arrays, and mistakes in them."""

from __future__ import annotations

import numpy as np
import pytest

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_ends_of_lines_do_not_matter(loaded, folder, tmp_path, end):
    rows = [f"{file.relative_to(tmp_path)},{file.parent.name}" for file in sorted(folder.rglob("*.jpg"))]
    (tmp_path / "t.csv").write_bytes(end.join(["file,label", *rows]).encode())
    assert len(loaded(path=tmp_path / "t.csv").inputs) == len(rows)


def test_arrays_by_parts(loaded, tmp_path):
    arrays = {}
    for part, count in (("train", 4), ("val", 2), ("test", 2)):
        arrays[f"{part}_images"] = RNG.integers(0, 256, (count, 8, 8), dtype=np.uint8)
        arrays[f"{part}_labels"] = (np.arange(count) % 2 * 10)[:, None]
    np.savez(tmp_path / "mine.npz", **arrays)
    domain = loaded(path=tmp_path / "mine.npz")
    assert domain.task.answers == ("0", "10")
    assert [len(getattr(domain, part)) for part in ("train", "val", "test")] == [4, 2, 2]
    only = loaded(test=tmp_path / "mine.npz")
    assert (only.train, len(only.test)) == (None, 2)


def test_other_files_are_passed_over_and_told(loaded, folder):
    (folder / "cat" / "Thumbs.db").write_bytes(b"x")
    (folder / "cat" / ".DS_Store").write_bytes(b"x")
    (folder / "README.txt").write_text("x")
    (folder / ".cache").mkdir()
    domain = loaded(path=folder)
    assert len(domain.inputs) == 20
    note = "passed over in pets: 2 file(s) that are no pictures by their name (README.txt, cat/Thumbs.db)"
    assert note in domain.notes


def test_an_empty_class_is_told(fails, folder):
    (folder / "bird").mkdir()
    assert "expected pictures of the class 'bird'" in fails(path=folder)
    (folder / "bird" / "list.txt").write_text("x")
    assert "got 1 other file(s), such as list.txt" in fails(path=folder)


def test_a_folder_without_classes_is_told(paint, fails, tmp_path):
    paint(tmp_path / "1.png")
    assert "expected a folder for each class" in fails(path=tmp_path)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("name,kind\na.jpg,cat\n", "the columns file and label in the first line"),
        ("file,label\na.jpg\n", "got no label in line 2"),
        ("file,label\n\n\n,cat\n", "expected the name of a file, got an empty cell"),
        ("file,label\n", "got none"),
        ("file,label\na.jpg,cat\nb.jpg,dog\n", "expected a picture"),
        ("file,label\n\0.jpg,cat\nb.jpg,dog\n", "a null byte; save the file as UTF-8"),
    ],
)
def test_a_table_with_mistakes(fails, tmp_path, table, complaint):
    (tmp_path / "t.csv").write_text(table)
    message = fails(path=tmp_path / "t.csv")
    assert complaint in message


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({"pixels": np.zeros((2, 4, 4))}, "arrays images and labels"),
        ({"images": np.zeros((2, 4, 4), np.uint8)}, "2 labels in"),
        ({"images": np.zeros((2, 4, 4), np.uint8), "labels": np.zeros(3, int)}, "got 3"),
        ({"images": np.zeros((2, 4, 4), np.uint8), "labels": np.zeros(2, complex)}, "numbers or names, got complex128"),
        ({"images": np.zeros((2, 4, 4, 2), np.uint8), "labels": np.arange(2)}, r"1 or 3], got uint8"),
        ({"images": np.zeros((2, 4, 4, 4), np.uint8), "labels": np.arange(2)}, r"1 or 3], got uint8"),
        ({"images": np.zeros((2, 4, 4)), "labels": np.arange(2)}, "got float64"),
        ({"images": np.uint8(3), "labels": np.arange(2)}, "[n, H, W]"),
        ({"images": np.zeros((2, 4, 4), np.uint8), "labels": np.array([b"\xff", b"a"])}, r"in UTF-8, got b'\xff'"),
        ({"images": np.zeros((2, 4, 4), np.uint8), "labels": np.array([0, {}], object)}, "without pickled objects"),
    ],
)
def test_arrays_with_mistakes(fails, tmp_path, arrays, complaint):
    np.savez(tmp_path / "a.npz", **arrays)
    assert complaint in fails(test=tmp_path / "a.npz")


def test_arrays_without_a_picture_are_told(fails, tmp_path):
    np.savez(tmp_path / "a.npz", images=np.zeros((0, 4, 4), np.uint8), labels=np.arange(0))
    assert "expected at least two classes, got none alone" in fails(path=tmp_path / "a.npz")


def test_numbers_beyond_the_classes_are_told(fails, tmp_path):
    np.savez(tmp_path / "a.npz", images=np.zeros((3, 4, 4), np.uint8), labels=np.arange(3))
    assert "from 0 to 1, as there are 2 classes, got 0 to 2" in fails(path=tmp_path / "a.npz", classes=["a", "b"])


def test_something_else_is_told(fails, tmp_path):
    (tmp_path / "a.tar").write_bytes(b"x")
    (tmp_path / "a.npz").write_bytes(b"x")
    assert "expected a folder of pictures" in fails(path=tmp_path / "a.tar")
    assert "expected arrays" in fails(path=tmp_path / "a.npz")
