"""Words for the parts of a split."""

from __future__ import annotations

import pytest

from relxfer.data.tables.split_words import SPLITS, split_of, splits_said


@pytest.mark.parametrize(("part", "word"), [(part, word) for part, words in SPLITS.items() for word in words])
def test_every_word_means_its_part_in_any_case(part, word):
    assert split_of(word) == split_of(word.upper()) == part


def test_no_word_means_two_parts():
    words = [word for words in SPLITS.values() for word in words]
    assert len(set(words)) == len(words)


def test_one_cell_that_says_something_else_is_enough_to_say_no_split():
    assert splits_said(["train", "testing"]) == {"train", "test"}
    assert splits_said(["train", "test", ""]) == splits_said([]) == frozenset()
