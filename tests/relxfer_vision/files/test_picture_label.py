"""Which column of a table of pictures is the label."""

from __future__ import annotations

from pathlib import Path

import pytest
from relxfer_vision.files.picture_label import guess_of
from relxfer_vision.files.picture_table import PictureTable

from relxfer.errors import Undecided

KIND, SEX = ["x", "y", "z"] * 2, ["m", "f"] * 3
SIZE, NUMBER = ["0.5", "1", "0.25"] * 2, [str(n) for n in range(6)]


def guessed(taken=(), **columns):
    return guess_of(PictureTable(Path("t.csv"), NUMBER, columns, range(6)), taken)


@pytest.mark.parametrize(
    ("columns", "taken", "found"),
    [
        ({"kind": KIND}, (), ("classification", ("kind",))),
        ({"kind": KIND, "number": NUMBER}, (), ("classification", ("kind",))),
        ({"kind": KIND, "sex": SEX}, ("sex",), ("classification", ("kind",))),
        ({"class": KIND, "sex": SEX}, (), ("classification", ("class",))),
        ({"size": SIZE}, (), ("regression", ("size",))),
        ({"a": ["0", "1"] * 3, "b": ["1", "0"] * 3}, (), ("multi-label", ("a", "b"))),
    ],
)
def test_the_only_one_that_could_be_is_the_label(columns, taken, found):
    guess = guessed(taken, **columns)
    assert (guess.task, guess.label) == found


def test_nothing_is_said_of_the_usual_one():
    assert guessed(label=KIND, sex=SEX) is None
    assert guessed() is None


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"kind": KIND, "sex": SEX}, r"got sex \(2 values\), kind \(3 values\); add --label sex$"),
        ({"kind": KIND, "size": SIZE}, r"got kind \(3 values\), size \(3 values\); add --label kind$"),
        ({"name": NUMBER}, r"got name \(6 values\); add --label name$"),
        ({"column 2": KIND, "column 3": KIND}, r'add --label "column 2"$'),
        ({"a": ["0", "1"] * 3, "b": ["1", "0"] * 3, "kind": KIND}, r"a \(2 values\), b \(2 values\), kind"),
    ],
)
def test_of_several_the_user_is_asked(columns, told):
    with pytest.raises(Undecided, match=told):
        guessed(**columns)
