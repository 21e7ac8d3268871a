"""Folders of classes as people have them: in wrappers, with splits of many names, and what programs leave behind."""

from __future__ import annotations

import pytest
from relxfer_vision.files.class_folders import splits_in, unwrapped


def fill(paint, folder, *names, classes=("cat", "dog"), each=3):
    for name in names or (".",):
        for label in classes:
            for number in range(each):
                paint(folder / name / label / f"{number}.png")


@pytest.mark.parametrize("wrapper", ["photos", "data/photos", "photos/photos"])
def test_a_wrapper_is_gone_through_and_told(paint, loaded, tmp_path, wrapper):
    fill(paint, tmp_path / wrapper)
    (tmp_path / "readme.txt").write_text("x")
    (tmp_path / "docs").mkdir()
    (tmp_path / "__MACOSX" / "photos").mkdir(parents=True)
    (tmp_path / "__MACOSX" / "photos" / "._0.png").write_bytes(b"x")
    domain = loaded(path=tmp_path)
    assert domain.task.answers == ("cat", "dog")
    assert len(domain.inputs) == 6
    (told,) = (note for note in domain.notes if "are in" in note)
    assert told.startswith(f"the pictures of {tmp_path.name} are in {wrapper}")


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"),
        ("Training", "Testing"),
        ("training_set", "test_set"),
        ("training_set/training_set", "test_set/test_set"),
        ("seg_train/seg_train", "seg_test/seg_test"),
    ],
)
@pytest.mark.parametrize("wrapper", [".", "photos"])
def test_splits_of_many_names_in_a_wrapper_or_not(paint, loaded, tmp_path, train, test, wrapper):
    fill(paint, tmp_path / wrapper, train, test)
    domain = loaded(path=tmp_path)
    assert [len(split) for split in (domain.train, domain.test)] == [6, 6]
    assert domain.task.answers == ("cat", "dog")


def test_a_test_of_one_class_with_folders_below_is_no_wrapper(paint, loaded, tmp_path):
    fill(paint, tmp_path, "train")
    for deep in ("a", "b"):
        paint(tmp_path / "test" / "cat" / deep / "0.png")
    domain = loaded(path=tmp_path)
    assert domain.test.answers.tolist() == [0, 0]


def test_train_is_a_class_beside_other_vehicles(paint, loaded, tmp_path):
    fill(paint, tmp_path, classes=("train", "car", "bus"))
    assert loaded(path=tmp_path).task.answers == ("bus", "car", "train")
    assert splits_in(tmp_path) == {}


def test_one_class_alone_is_no_wrapper(paint, tmp_path):
    fill(paint, tmp_path, classes=("cat",))
    assert unwrapped(tmp_path) == (tmp_path, [])


def test_what_programs_leave_behind_is_neither_class_nor_picture(paint, loaded, tmp_path):
    fill(paint, tmp_path)
    for name in (".ipynb_checkpoints", "__MACOSX", "@eaDir", ".git"):
        for place in (tmp_path, tmp_path / "cat"):
            paint(place / name / "0-checkpoint.png")
    for name in (".DS_Store", "._0.png"):
        (tmp_path / "cat" / name).write_bytes(b"x")
    assert len(loaded(path=tmp_path).inputs) == 6


def test_thumbnails_are_passed_over_and_told(paint, loaded, tmp_path):
    fill(paint, tmp_path)
    paint(tmp_path / "cat" / "thumbs" / "0.png")
    paint(tmp_path / "thumbnails" / "cat" / "0.png")
    domain = loaded(path=tmp_path)
    assert len(domain.inputs) == 6
    assert any("1 thumbnail(s) (cat/thumbs/0.png)" in note for note in domain.notes)


@pytest.mark.parametrize("place", ["test", "test/test"])
def test_a_test_without_classes_is_seen_without_labels(paint, loaded, tmp_path, place):
    fill(paint, tmp_path, "train", each=5)
    for number in range(4):
        paint(tmp_path / place / f"{number}.png")
    domain = loaded(path=tmp_path)
    assert [len(split) for split in (domain.train, domain.test, domain.unlabelled)] == [8, 2, 12]
    assert "4 pictures of test are in no folder of a class: they are seen without labels" in domain.notes
    assert "pictures: cat 5, dog 5" in domain.notes
