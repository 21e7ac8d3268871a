"""Blocks that are made of words."""

from __future__ import annotations

from relxfer.report.shown.blocks import Cell, Number, TableRow, cell, heading, row, sentences


def test_cells_are_made_of_words_and_numbers():
    number = Number(".5", 0.5, "/n")
    assert row("a", number, cell("x", tone="bad")) == TableRow((Cell(("a",)), Cell((number,)), Cell(("x",), "bad")))
    assert heading("all").heading
    assert str(number) == ".5"


def test_each_sentence_stands_once_and_none_make_no_block():
    (block,) = sentences(["a", "b", "a"], "muted")
    assert block.lines == (("a",), ("b",))
    assert sentences([]) == ()
