"""All rows that cannot be used are told at once, or left out."""

from __future__ import annotations

import pickle

import pytest

from relxfer.data.bad_rows import MOST, BadRowList
from relxfer.errors import BadRows


def with_rows(count: int, skip: bool = False) -> BadRowList:
    bad = BadRowList("facts", skip)
    for row in range(1, count + 1):
        bad.add("a.csv", row, f"reason {row}")
    return bad


def test_the_first_are_listed_and_all_are_counted():
    with pytest.raises(BadRows) as raised:
        with_rows(1000).settle()
    lines = str(raised.value).splitlines()
    assert "got 1,000 rows that cannot be used" in lines[0]
    assert "--skip-bad" in lines[0]
    assert len(lines) == 1 + 1 + MOST + 1
    assert lines[2].split() == ["1", "a.csv", "reason", "1"]
    assert lines[-1] == f"  and {1000 - MOST} more"


def test_they_are_left_out_where_the_user_says_so():
    (note,) = with_rows(5, skip=True).settle()
    assert note == "5 of facts left out (skip_bad): a.csv:1: reason 1; a.csv:2: reason 2; a.csv:3: reason 3; and 2 more"
    assert with_rows(0).settle() == ()


def test_two_lists_are_one():
    bad = with_rows(15)
    bad.join(with_rows(15))
    assert (bad.count, len(bad.first)) == (30, MOST)


def test_files_have_no_row_and_the_error_survives_the_way_from_a_worker():
    bad = BadRowList("pictures")
    bad.add("x/cat.png", None, "0 bytes")
    with pytest.raises(BadRows, match="got 1 file that cannot be used; correct it") as raised:
        bad.settle()
    again = pickle.loads(pickle.dumps(raised.value))
    assert (str(again), again.rows, again.count) == (str(raised.value), raised.value.rows, 1)
