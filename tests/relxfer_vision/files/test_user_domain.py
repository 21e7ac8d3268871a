"""The user's pictures as a domain: classes in order, and those that do not fit."""

from __future__ import annotations

import numpy as np


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
    pixels, long = np.zeros((4, 4, 4), np.uint8), "9" * 5000
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
