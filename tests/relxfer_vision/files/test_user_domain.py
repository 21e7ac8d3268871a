"""The user's pictures as a domain: classes in order, and those that do not fit."""

from __future__ import annotations

import shutil

import numpy as np
from PIL import Image


def test_further_pictures_without_labels_are_seen_beside_those_of_training(paint, loaded, folder, tmp_path):
    paint(tmp_path / "more" / "deep" / "1.jpg")
    domain = loaded(path=folder, unlabelled=tmp_path / "more")
    assert len(domain.unlabelled) == 17
    assert domain.unlabelled.queries[-1] == 20
    assert "1 further pictures without labels" in domain.notes


def test_numbers_are_in_their_own_order(paint, loaded, tmp_path):
    for label in ("10", "9", "2"):
        for i in range(2):
            paint(tmp_path / label / f"{i}.png")
    assert loaded(path=tmp_path).task.answers == ("2", "9", "10")


def test_a_number_of_any_length_is_a_class(loaded, tmp_path):
    pixels, long = np.arange(64, dtype=np.uint8).reshape(4, 4, 4), "9" * 5000
    np.savez(tmp_path / "a.npz", images=pixels, labels=np.array([long, "7", long, "7"]))
    assert loaded(path=tmp_path / "a.npz").task.answers == ("7", long)


def test_one_class_is_too_few(paint, fails, tmp_path):
    paint(tmp_path / "cat" / "1.png")
    paint(tmp_path / "cat" / "2.png")
    assert "at least two classes, got cat alone" in fails(path=tmp_path)


def test_a_class_of_the_test_that_was_never_trained_on_is_told(paint, fails, folder, tmp_path):
    for label in ("cat", "wolf"):
        paint(tmp_path / "other" / label / "1.png")
    message = fails(train=folder, test=tmp_path / "other")
    assert "expected the classes of the pictures to train on (cat, dog) in test, got also 'wolf'" in message


def test_equal_pictures_stay_on_one_side_and_are_told(loaded, folder):
    for label in ("cat", "dog"):
        for number in range(10):
            with Image.open(folder / label / f"{label}{number}.jpg") as picture:  # other bytes, equal values
                picture.save(folder / label / f"again{number}.png")
    domain = loaded(path=folder)
    first = domain.inputs.first_equal
    assert not set(first[domain.train.queries]) & set(first[domain.test.queries])
    assert len(set(domain.test.groups)) == 4
    assert any(note.startswith("20 of 40 pictures repeat an earlier one") for note in domain.notes)


def test_one_picture_under_two_labels_is_told(loaded, folder):
    shutil.copy(folder / "cat" / "cat3.jpg", folder / "dog" / "mine.jpg")
    (told,) = (note for note in loaded(path=folder).notes if "two labels" in note)
    assert told.startswith("1 picture(s) have two labels or more: cat/cat3.jpg (cat) = dog/mine.jpg (dog)")


def outcome(domain):
    """Of each split the pixels and answers, in the order in which draws are made."""
    return {
        split: [
            (domain.inputs.equal(row), domain.task.answers[answer])
            for row, answer in zip(examples.queries, examples.answers, strict=True)
        ]
        for split, examples in (("train", domain.train), ("test", domain.test))
    }


def test_neither_names_nor_order_nor_form_decide_the_split(loaded, tmp_path):
    rng = np.random.default_rng(1)
    pixels, labels = rng.integers(0, 256, (12, 6, 5, 3), dtype=np.uint8), np.arange(12) % 2
    for number in range(12):
        (tmp_path / "a" / str(labels[number])).mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[number]).save(tmp_path / "a" / str(labels[number]) / f"{number}.png")
    order = rng.permutation(12)
    np.savez(tmp_path / "b.npz", images=pixels, labels=labels)
    np.savez(tmp_path / "c.npz", images=pixels[order], labels=labels[order])
    rows = "".join(f"a/{labels[number]}/{number}.png,{labels[number]}\n" for number in order)
    (tmp_path / "d.csv").write_text("file,label\n" + rows)
    found = [outcome(loaded(path=tmp_path / name)) for name in ("a", "b.npz", "c.npz", "d.csv")]
    assert all(each == found[0] for each in found)


def test_bad_pictures_are_told_together_or_left_out(loaded, fails, folder):
    (folder / "cat" / "cat3.jpg").write_bytes(b"")
    (folder / "dog" / "dog1.jpg").write_bytes(b"no picture")
    message = fails(path=folder)
    assert "got 2 files that cannot be used" in message
    assert "cat3.jpg" in message
    assert "dog1.jpg" in message
    domain = loaded(path=folder, skip_bad=True)
    assert len(domain.inputs) == 18
    assert any(note.startswith("2 of pictures left out (skip_bad)") for note in domain.notes)


def test_a_picture_with_twelve_of_sixteen_bits_is_as_light_as_its_set(loaded, tmp_path):
    rng = np.random.default_rng(2)
    values = rng.integers(0, 4096, (8, 6, 5)).astype(np.uint16)
    values[0, 0, 0] = 4095
    for number, each in enumerate(values):
        (tmp_path / "a" / str(number % 2)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(each).save(tmp_path / "a" / str(number % 2) / f"{number}.png")
    np.savez(tmp_path / "b.npz", images=values, labels=np.arange(8) % 2)
    files, arrays = loaded(path=tmp_path / "a"), loaded(path=tmp_path / "b.npz")
    assert outcome(files) == outcome(arrays)
    note = "pictures of 16 bits hold values up to 4,095: they are taken for 12 bits, and 4,095 becomes white"
    assert note in files.notes
    assert note in arrays.notes
    assert arrays.inputs.pixels.max() == 255
    asked = files.ask({"file": [str(tmp_path / "a" / "1" / "1.png")]})
    assert asked.inputs.depth.whole == 4095
    assert files.prepares() == {"white": 4095.0, "white_of_fractions": 1.0}
