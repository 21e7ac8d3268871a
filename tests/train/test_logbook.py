"""What a strategy logs about a cell as a whole."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from relxfer.errors import PluginError
from relxfer.train.logbook import Logbook


def test_the_last_value_of_a_name_counts():
    book = Logbook()
    for value in (1, "x", np.float32(2.5), torch.tensor([[3.0]]), True):
        book.log("same", value)
    assert (book.numbers, book.texts) == ({"same": 1.0}, {})
    book.log("same", "word")
    assert (book.numbers, book.texts) == ({}, {"same": "word"})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("", 1, "a name of 1 to 60 characters in cell.log, got ''"),
        ("x" * 61, 1, "a name of 1 to 60 characters"),
        (3, 1, "a name of 1 to 60 characters in cell.log, got 3"),
        ("x", "y" * 1001, r"a text of at most 1000 characters in cell.log\('x', ...\), got 1,001"),
        ("x", [1, 2], r"a number or a text in cell.log\('x', ...\), got list"),
        ("x", None, "got NoneType"),
        ("x", torch.ones(3), "got Tensor"),
    ],
)
def test_what_cannot_be_logged(name, value, words):
    book = Logbook()
    with pytest.raises(PluginError, match=words):
        book.log(name, value)
    assert not book.values


def test_names_are_bounded_and_known_ones_may_change():
    book = Logbook()
    for index in range(100):
        book.log(f"n{index}", index)
    with pytest.raises(PluginError, match=r"expected at most 100 names in cell\.log, got one more, 'more'"):
        book.log("more", 1)
    book.log("n3", 7)
    assert book.numbers["n3"] == 7.0
