"""The embedded data: real digits, and the same over photographs, without a test digit in training."""

from __future__ import annotations

import numpy as np
from relxfer_vision.digits import load_digits, load_digits_photo


def test_the_two_domains_hold_the_same_digits_in_the_same_split():
    plain, photo = load_digits(None, {}), load_digits_photo(None, {})
    assert plain.task == photo.task
    for part in ("train", "test"):
        first, second = getattr(plain, part), getattr(photo, part)
        assert np.array_equal(first.queries, second.queries)
        assert np.array_equal(first.answers, second.answers)
    assert not set(plain.train.queries) & set(plain.test.queries)
    assert len(np.unique(plain.test.answers)) == 10


def test_the_photographs_show_between_the_strokes():
    """Where a digit is blank, |photograph - 0| is the photograph: in colour, and different from picture to picture."""
    plain, photo = load_digits(None, {}).inputs.pixels, load_digits_photo(None, {}).inputs.pixels
    assert photo.shape == (1797, 28, 28, 3)
    corners = photo[:, :2, :2][plain[:, 0, 0, 0] == 0]
    assert len(np.unique(corners.reshape(len(corners), -1), axis=0)) > 1000
    assert (corners.max(-1) - corners.min(-1)).mean() > 5


def test_unlabelled_pictures_are_those_of_training():
    domain = load_digits_photo(None, {})
    assert np.array_equal(domain.unlabelled.queries, domain.train.queries)
    assert domain.unlabelled.answers is None
