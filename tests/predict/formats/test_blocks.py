"""The types of columns, and text that UTF-8 cannot hold."""

from __future__ import annotations

from relxfer.predict.formats import blocks


def test_halves_of_letters_are_written_as_python_writes_them():
    assert blocks.encoded("a\ud800") == b"a\\ud800"


def test_sets_of_answers_have_their_types():
    columns = ["head", "relation", "tail", "answer", "rank", "probability", "set_size", "abstain"]
    assert [kind.__name__ for kind in blocks.kinds(columns)] == ["str"] * 4 + ["int", "float", "int", "str"]
