"""The embedded data: real digits, and the same over photographs, without a test digit in training."""

from __future__ import annotations

import numpy as np
from relxfer_vision.data.digits import load_digits, load_digits_photo
from relxfer_vision.options import DigitsOptions


def test_the_two_domains_hold_the_same_digits_in_the_same_split():
    plain, photo = load_digits(DigitsOptions(), {}), load_digits_photo(DigitsOptions(), {})
    assert plain.task == photo.task
    for part in ("train", "test"):
        first, second = getattr(plain, part), getattr(photo, part)
        assert np.array_equal(first.queries, second.queries)
        assert np.array_equal(first.answers, second.answers)
    assert not set(plain.train.queries) & set(plain.test.queries)
    assert len(np.unique(plain.test.answers)) == 10


def test_the_photographs_show_between_the_strokes():
    """Where a digit is blank, |photograph - 0| is the photograph: in colour, and different from picture to picture."""
    plain, photo = load_digits(DigitsOptions(), {}).inputs.pixels, load_digits_photo(DigitsOptions(), {}).inputs.pixels
    assert photo.shape == (1797, 28, 28, 3)
    corners = photo[:, :2, :2][plain[:, 0, 0, 0] == 0]
    assert len(np.unique(corners.reshape(len(corners), -1), axis=0)) > 1000
    assert (corners.max(-1) - corners.min(-1)).mean() > 5


def test_unlabelled_pictures_are_those_of_training():
    domain = load_digits_photo(DigitsOptions(), {})
    assert np.array_equal(domain.unlabelled.queries, domain.train.queries)
    assert domain.unlabelled.answers is None


def test_some_of_the_digits_in_the_split_of_all():
    whole, some = load_digits(DigitsOptions(), {}), load_digits(DigitsOptions(classes=(7, 5)), {})
    assert some.task.answers == ("7", "5")
    for part in ("train", "test"):
        asked, expected = getattr(some, part), getattr(whole, part)
        expected = expected.take(np.flatnonzero(np.isin(expected.answers, [7, 5])))
        assert [some.inputs.names[q] for q in asked.queries] == [whole.inputs.names[q] for q in expected.queries]
        assert [(7, 5)[answer] for answer in asked.answers] == expected.answers.tolist()
        assert np.array_equal(some.inputs.pixels[asked.queries], whole.inputs.pixels[expected.queries])
