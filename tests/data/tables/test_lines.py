"""Cells of each line."""

from __future__ import annotations

import csv

import pytest

from relxfer.data.tables.lines import BLANKS, rows
from relxfer.store.delimited import BadQuotes


@pytest.mark.parametrize(
    ("text", "separator", "cells"),
    [
        ("a;'=b\n", ";", [["a", "=b"]]),
        ("a\t'=b\n", "\t", [["a", "'=b"]]),
        ('a|"b|c"\n', "|", [["a", "b|c"]]),
        ('"say ""hi""" x\n', BLANKS, [['say "hi"', "x"]]),
        ('5" disk x\n', BLANKS, [['5"', "disk", "x"]]),
        ('a,"b\nc"\nd,e', ",", [["a", "b\nc"], ["d", "e"]]),
        ("a b\n", None, [["a b"]]),
        ("\n", ",", [[""]]),
    ],
)
def test_cells(text, separator, cells):
    assert [row for row, _ in rows(text, separator)] == cells


def test_the_limit_of_the_csv_module_is_as_before():
    before = csv.field_size_limit()
    assert len(next(rows('a,"' + "x" * 200_000 + '"\n', ","))[0][1]) == 200_000
    with pytest.raises(BadQuotes) as raised:
        list(rows('a,b\nc,"d\n', ","))
    assert raised.value.line == 2
    assert csv.field_size_limit() == before
