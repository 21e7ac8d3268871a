"""The order of names that nobody has ordered."""

from __future__ import annotations

from relxfer.authoring.ordering import natural


def test_numbers_come_by_size_and_before_words():
    names = ["b", "10", "9", "a10", "a9b", "a9", "A", "007"]
    assert sorted(names, key=natural) == ["007", "9", "10", "A", "a9", "a9b", "a10", "b"]


def test_numbers_of_any_length_are_ordered():
    longer, shorter = "1" + "0" * 5000, "9" * 5000
    assert sorted([longer, shorter], key=natural) == [shorter, longer]
